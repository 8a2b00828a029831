import RDKafka
import RetryCore

/// Records first, acknowledged by all replicas; progress after them. What was in flight when a process or its membership ended is repeated.
/// For brokers without transactions, librdkafka's mock cluster among them.
final class AtLeastOnceCommitter: HopCommitter {
    private let configuration: RDKafkaConfiguration
    private let member: CurrentMember
    private let stop: StopFlag
    private let observer: RDKafkaObserver
    private var writer: RecordWriter?

    /// A committer whose producer is not made yet: ``recover(isCancelled:)`` makes it.
    init(_ configuration: RDKafkaConfiguration, member: CurrentMember, stop: StopFlag, observer: RDKafkaObserver) {
        self.configuration = configuration
        self.member = member
        self.stop = stop
        self.observer = observer
    }

    func produce(_ batch: HopBatch) -> ProduceReport {
        if let writer { return writer.write(batch) }
        var report = ProduceReport()
        report.failure = TransactionFailure(.fatal, reason: "there is no producer")
        return report
    }

    func sendOffsets(_ commits: [ProgressCommit], group: RDKafkaGroupMetadata) -> TransactionFailure? {
        do throws(RDKafkaError) { try member.requests?.commit(commits.map(RDKafkaOffset.init)) } catch {
            // A consumer's commit leaves nothing in doubt that could not be committed again.
            var failure = TransactionFailure(error, in: "commit")
            failure.disposition = .abortable
            return failure
        }
        return nil
    }

    func commit() -> TransactionFailure? { nil }

    func abort() -> TransactionFailure? { nil }

    func recover(isCancelled: () -> Bool) throws(KafkaRetryError) {
        writer = nil
        do throws(RDKafkaConfigurationError) {
            writer = RecordWriter(try RDKafkaProducer(configuration, observer: observer), stop: stop)
        } catch {
            throw KafkaRetryError(.configuration, "a producer cannot be made", remedy: "correct the property", cause: error)
        }
    }
}
