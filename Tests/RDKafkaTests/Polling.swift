import Dispatch
import RDKafka
import Testing

/// A record, copied out of a drain.
struct Received: Equatable {
    struct Header: Equatable {
        var name: [UInt8]
        var value: [UInt8]?
    }
    var partition: RDKafkaPartition
    var topicIndex: Int
    var offset: Int64
    var timestamp: Int64?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]

    init(_ message: borrowing RDKafkaMessage) {
        partition = RDKafkaPartition(message.topic, message.partition)
        topicIndex = message.topicIndex
        offset = message.offset
        timestamp = message.timestamp
        key = message.key.map { Array($0) }
        value = message.value.map { Array($0) }
        headers = []
        var copy: [Header] = []
        message.forEachHeader { name, value in copy.append(Header(name: Array(name), value: value.map { Array($0) })) }
        headers = copy
    }

    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

/// A consumer with the semaphore that its wake-up signals, so that tests wait for what arrives instead of asking again and again.
final class TestConsumer {
    let consumer: RDKafkaConsumer
    private let arrived = DispatchSemaphore(value: 0)
    private(set) var received: [Received] = []
    private(set) var events: [RDKafkaError] = []
    private(set) var rebalances: [RDKafkaRebalance] = []
    /// Called for each rebalance, after it was noted.
    var onRebalance: (RDKafkaConsumer, RDKafkaRebalance) throws -> Void = { _, _ in }

    init(_ configuration: RDKafkaConfiguration, observer: RDKafkaObserver = .init()) throws {
        let arrived = arrived
        consumer = try RDKafkaConsumer(configuration, observer: observer) { arrived.signal() }
    }

    func drain() {
        consumer.drain(max: 1_000) { event in
            rebalances.append(event)
            do { try onRebalance(consumer, event) } catch { Issue.record(error) }
        } message: { message in
            if let error = message.error { events.append(error) } else { received.append(Received(message)) }
        }
    }

    /// Drains until `done`, at every wake-up and four times a second; `false` if that takes longer than `timeout`.
    func drain(for timeout: Duration = .seconds(20), until done: (TestConsumer) -> Bool) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + timeout
        while true {
            drain()
            if done(self) { return true }
            if clock.now >= end { return false }
            _ = arrived.wait(timeout: .now() + .milliseconds(250))
        }
    }

    /// Drains for that long.
    func drain(for time: Duration) { _ = drain(for: time) { _ in false } }
}

extension RDKafkaProducer {
    /// Produces texts to one partition and waits for their reports.
    @discardableResult
    func write(_ texts: [String], to topic: String, partition: Int32 = 0) throws -> [RDKafkaDeliveryReport] {
        let topic = try self.topic(topic)
        for (token, text) in texts.enumerated() {
            try Array(text.utf8).withUnsafeBytes { try produce(to: topic, partition: partition, key: nil, value: $0, token: token) }
        }
        try flush(timeout: .seconds(20))
        return deliveryReports()
    }
}

/// Whether `condition` comes true within half a minute. Blocking: for what a thread of a test's own waits for.
func polled(_ condition: () throws -> Bool) rethrows -> Bool {
    let pause = Mailbox<Never>()
    let end = ContinuousClock.now + .seconds(30)
    while try !condition() {
        guard ContinuousClock.now < end else { return false }
        _ = pause.take(timeout: .milliseconds(50))
    }
    return true
}
