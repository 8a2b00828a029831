import RDKafka
import RetryCore

/// Records and progress in one Kafka transaction, by one of two producers that take strict turns: a producer cannot begin for 20-30 ms after
/// its commit, in which the other one works (measured: 9 ms a transaction in place of 41).
final class ExactlyOnceCommitter: HopCommitter {
    private let configuration: RDKafkaConfiguration
    private let transactionalId: String
    private let topics: [String]
    private let stop: StopFlag
    private let observer: RDKafkaObserver
    private let log: RetryLogger
    private let pause = Mailbox<Never>()
    private var writer: RecordWriter?

    /// Time for a call before it answers "timed out, retriable", and is made again.
    private static let patience: Duration = .seconds(5)

    /// A committer whose producer is not made yet: ``recover(isCancelled:)`` makes it.
    init(
        _ configuration: RDKafkaConfiguration, transactionalId: String, topics: [String], stop: StopFlag, observer: RDKafkaObserver,
        log: RetryLogger
    ) {
        self.configuration = configuration
        self.transactionalId = transactionalId
        self.topics = topics
        self.stop = stop
        self.observer = observer
        self.log = log
    }

    /// The transactional ids of a member, which whoever takes its place initialises.
    static func transactionalIds(group: String, owner: String) -> [String] { (0..<2).map { "\(group)-\(owner)-\($0)" } }

    func produce(_ batch: HopBatch) -> ProduceReport {
        var report = ProduceReport()
        guard let writer else {
            report.failure = TransactionFailure(.fatal, reason: "begin: there is no producer")
            return report
        }
        do throws(RDKafkaError) { try writer.producer.beginTransaction() } catch {
            report.failure = TransactionFailure(error, in: "begin")
            return report
        }
        return writer.write(batch)
    }

    func sendOffsets(_ commits: [ProgressCommit], group: RDKafkaGroupMetadata) -> TransactionFailure? {
        step("send offsets") { producer throws(RDKafkaError) in
            try producer.sendOffsets(commits.map(RDKafkaOffset.init), group: group, timeout: Self.patience)
        }
    }

    func commit() -> TransactionFailure? {
        step("commit") { producer throws(RDKafkaError) in try producer.commitTransaction(timeout: Self.patience) }
    }

    func abort() -> TransactionFailure? {
        step("abort") { producer throws(RDKafkaError) in
            try producer.abortTransaction(timeout: Self.patience)
            // Reports of what the abort purged are nobody's any more.
            _ = producer.deliveryReports()
        }
    }

    func recover(isCancelled: () -> Bool) throws(KafkaRetryError) {
        writer = nil
        while writer == nil, !isCancelled() { writer = try initialised(isCancelled: isCancelled) }
    }

    /// A producer that has ended what an earlier one with its id left open; `nil` if it has to be made once more.
    private func initialised(isCancelled: () -> Bool) throws(KafkaRetryError) -> RecordWriter? {
        var configuration = configuration
        configuration["transactional.id"] = transactionalId
        let producer: RDKafkaProducer
        do throws(RDKafkaConfigurationError) { producer = try RDKafkaProducer(configuration, observer: observer) } catch {
            throw KafkaRetryError(.configuration, "a producer cannot be made", remedy: "correct the property", cause: error)
        }
        while !isCancelled() {
            do throws(RDKafkaError) {
                try producer.initTransactions(timeout: Self.patience)
                for topic in topics { _ = try producer.topic(topic) }
                // Without it the first commit takes a second longer; if it fails, it does.
                try? producer.primeMetadata(timeout: .seconds(2))
                return RecordWriter(producer, stop: stop)
            } catch {
                if let refusal = KafkaRetryError(refusal: error, "transactional id \(transactionalId)") { throw refusal }
                if Self.isUnsupported(error.code) {
                    throw KafkaRetryError(
                        .configuration, "these brokers do not take transactions of 10 s",
                        remedy: "raise transaction.max.timeout.ms, or use --delivery at-least-once", cause: error)
                }
                log.warning("a transactional producer cannot be initialised yet", [.error: LogValue(error)])
                _ = pause.take(timeout: .milliseconds(500))
                guard error.isRetriable else { return nil }
            }
        }
        return nil
    }

    private static func isUnsupported(_ code: RDKafkaError.Code) -> Bool {
        code == .unsupportedFeature || code == .invalidTransactionTimeout
    }

    private func step(_ name: String, _ body: (RDKafkaProducer) throws(RDKafkaError) -> Void) -> TransactionFailure? {
        guard let writer else { return TransactionFailure(.fatal, reason: "\(name): there is no producer") }
        do throws(RDKafkaError) { try body(writer.producer) } catch { return TransactionFailure(error, in: name) }
        return nil
    }
}
