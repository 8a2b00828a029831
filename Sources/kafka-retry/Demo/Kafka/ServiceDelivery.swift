import KafkaRetry
import RDKafka
import RetryCore

/// How the pretend service writes its answers and remembers what it has answered: in one transaction on a real cluster, one after the
/// other on the mock one.
struct ServiceDelivery {
    private let producer: RDKafkaProducer
    private let consumer: RDKafkaConsumer
    private let isTransactional: Bool

    private static let patience: Duration = .seconds(15)

    init(_ connection: DemoConnection, _ consumer: RDKafkaConsumer) throws {
        isTransactional = connection.delivery == .exactlyOnce
        self.consumer = consumer
        var configuration = connection.producer
        if isTransactional { configuration["transactional.id"] = connection.topics.source.name + "-service" }
        producer = try RDKafkaProducer(configuration)
        if isTransactional { try again { () throws(RDKafkaError) in try producer.initTransactions(timeout: Self.patience) } }
    }

    /// Writes `answers` and that the orders `handled` are answered. Blocking.
    func write(_ answers: [OutgoingRecord], handled: [KafkaRecord]) throws(RDKafkaError) {
        let next = Dictionary(
            handled.map { (RDKafkaPartition($0.source.topic, $0.source.partition), $0.offset &+ 1) }, uniquingKeysWith: max)
        let offsets = next.map { RDKafkaOffset($0.key, $0.value) }
        if isTransactional {
            let group = try consumer.groupMetadata()
            try producer.beginTransaction()
            for answer in answers { try producer.produce(answer) }
            try again { () throws(RDKafkaError) in try producer.sendOffsets(offsets, group: group, timeout: Self.patience) }
            try again { () throws(RDKafkaError) in try producer.commitTransaction(timeout: Self.patience) }
            _ = producer.deliveryReports()
        } else {
            for answer in answers { try producer.produce(answer) }
            try producer.flush(timeout: Self.patience)
            for report in producer.deliveryReports() { if let error = report.error { throw error } }
            try consumer.requests.commit(offsets)
        }
    }

    /// Makes a call again while it says that it may be.
    private func again(_ call: () throws(RDKafkaError) -> Void) throws(RDKafkaError) {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do throws(RDKafkaError) { return try call() } catch {
                guard error.isRetriable, ContinuousClock.now < deadline else { throw error }
            }
        }
    }
}
