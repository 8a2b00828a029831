import RetryCore

/// What other threads tell the relay's.
enum RelayInput: Sendable {
    case produced(ProduceReport)
    case offsetsSent(TransactionFailure?)
    case committed(TransactionFailure?)
    case aborted(TransactionFailure?)
    case recovered
    case restored(TopicPartition, Epoch, RestorePoint)
    case reread(TopicPartition, Epoch, records: [KafkaRecord], missing: [Int64])
    case partitionCounts(PartitionCounts)
    case stop
    case failed(KafkaRetryError)
}
