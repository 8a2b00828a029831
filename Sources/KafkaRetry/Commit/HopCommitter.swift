import RDKafka
import RetryCore

/// Carries out the steps of one producer's batches, one after the other, on a thread of its own. Every call blocks, for seconds if brokers are
/// silent.
protocol HopCommitter {
    /// Writes the batch's records and waits for all their reports.
    func produce(_ batch: HopBatch) -> ProduceReport
    /// Makes the progress part of the batch, or commits it where there are no transactions.
    func sendOffsets(_ commits: [ProgressCommit], group: RDKafkaGroupMetadata) -> TransactionFailure?
    func commit() -> TransactionFailure?
    func abort() -> TransactionFailure?
    /// Makes the producer anew. Throws where trying again cannot help.
    func recover(isCancelled: () -> Bool) throws(KafkaRetryError)
}

/// A step that a committer is asked for.
enum CommitStep: Sendable {
    case produce(HopBatch)
    case sendOffsets([ProgressCommit], RDKafkaGroupMetadata)
    case commit
    case abort
    case recover
}
