import CRDKafka

/// A `rd_kafka_queue_t`, destroyed before its client, with a wake-up for whoever serves it.
final class QueueHandle: @unchecked Sendable {
    let raw: OpaquePointer
    private let client: ClientHandle
    /// What librdkafka's callback points at.
    private let wakeUp: WakeUp?

    private final class WakeUp: Sendable {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }

    /// Takes over `raw`. `wakeUp` is called on librdkafka's threads, under the queue's lock, when an empty queue gets an element.
    init(owning raw: OpaquePointer, of client: ClientHandle, wakeUp: (@Sendable () -> Void)? = nil) {
        self.raw = raw
        self.client = client
        self.wakeUp = wakeUp.map(WakeUp.init)
        if let wakeUp = self.wakeUp {
            let opaque = Unmanaged.passUnretained(wakeUp).toOpaque()
            rd_kafka_queue_cb_event_enable(
                raw, { _, opaque in opaque.map { Unmanaged<WakeUp>.fromOpaque($0).takeUnretainedValue().call() } }, opaque)
        }
    }

    deinit {
        // Under the queue's lock: no call to the wake-up is under way afterwards.
        if wakeUp != nil { rd_kafka_queue_cb_event_enable(raw, nil, nil) }
        rd_kafka_queue_destroy(raw)
    }
}
