import KafkaRetry
import RetryCore
import Synchronization

/// Which handlings fail without a call of their handler.
final class HandlerFaults: Sendable {
    struct Fault: Sendable {
        var topic: KafkaTopic
        var key: [UInt8]?
        var times: Int
        var error: any Error
    }

    private let faults = Mutex<[Fault]>([])

    func add(_ fault: Fault) { faults.withLock { $0.append(fault) } }

    func remove(_ topic: KafkaTopic) { faults.withLock { $0.removeAll { $0.topic == topic } } }

    func error(for context: HandlerContext) -> (any Error)? {
        faults.withLock { faults in
            faults.first { fault in
                fault.topic == context.topic && context.attempt <= fault.times && (fault.key == nil || fault.key == context.record.key)
            }?.error
        }
    }
}
