import KafkaRetry
import RDKafka
import RetryCore

/// A service as its team might write it, in any language: it handles orders, and what it fails to handle it writes to the retry topic.
/// It knows nothing of delays, counts and due times.
actor PretendService {
    private let executor = BlockingExecutor("demo-service")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let connection: DemoConnection
    private let script: DemoScript
    private let arrived = Mailbox<Never>()

    init(_ connection: DemoConnection, _ script: DemoScript) {
        self.connection = connection
        self.script = script
    }

    /// Ends `run` once the orders that it has are answered.
    nonisolated func stop() { arrived.close() }

    /// Handles orders until `stop`. Calls `onReady` when the group has been joined.
    func run(onReady: @Sendable () -> Void) throws {
        let consumer = try RDKafkaConsumer(
            connection.consumer(group: connection.topics.source.name + "-service"), wakeUp: { [arrived] in arrived.ring() })
        defer { try? consumer.close() }
        let delivery = try ServiceDelivery(connection, consumer)
        try consumer.subscribe([connection.topics.source.name])
        while arrived.take(timeout: .seconds(1)) != nil {
            let orders = try drain(consumer, onReady)
            if !orders.isEmpty { try delivery.write(orders.map(answer), handled: orders) }
        }
    }

    private func drain(_ consumer: RDKafkaConsumer, _ onReady: () -> Void) throws(RDKafkaError) -> [KafkaRecord] {
        var orders: [KafkaRecord] = []
        var failure: RDKafkaError?
        consumer.drain(max: 1_000) { event in
            do throws(RDKafkaError) {
                guard case .assign(let partitions) = event else { return try consumer.unassign() }
                try consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .committed) }))
                onReady()
            } catch {
                failure = error
            }
        } message: { message in
            if let error = message.error {
                if error.isFatal { failure = error }
            } else {
                orders.append(KafkaRecord(message, from: TopicPartition(message.topic, message.partition)))
            }
        }
        if let failure { throw failure }
        return orders
    }

    /// What the service writes about an order: that it is handled, or the order itself, to the retry topic.
    private func answer(_ order: KafkaRecord) -> OutgoingRecord {
        let retriesMade = order.headers.text(.retryCount).flatMap { Int($0) } ?? 0
        let name = String(decoding: order.key ?? [], as: UTF8.self)
        var headers = order.headers
        var topic = connection.topics.handled
        if let problem = script.problem(name, retriesMade: retriesMade) {
            topic = connection.topics.retry
            if retriesMade == 0 {
                headers.append(.exceptionService, "shop")
                headers.append(.exceptionType, "OrderFailed")
                headers.append(.exceptionMessage, problem)
            } else {
                headers.append(.retryExceptionMessage, problem)
            }
        }
        return OutgoingRecord(target: TopicPartition(topic.name, 0), key: order.key, value: order.value, headers: headers)
    }
}
