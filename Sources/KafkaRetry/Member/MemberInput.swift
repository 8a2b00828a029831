import RetryCore

/// What other threads tell the member's.
enum MemberInput: Sendable {
    case produced(ProduceReport, batch: Int)
    case offsetsSent(TransactionFailure?)
    case committed(TransactionFailure?)
    case aborted(TransactionFailure?)
    case recovered
    case restored(TopicPartition, Epoch, RestorePoint)
    case reread(TopicPartition, Epoch, records: [KafkaRecord], missing: [Int64])
    case partitionCounts(PartitionCounts)
    case retentions([String: Duration?])
    case readers(SubscriptionWatch.Readers)
    case stop
    case failed(KafkaRetryError)
}
