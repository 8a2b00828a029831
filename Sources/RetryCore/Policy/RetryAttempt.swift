/// A retry that is about to be planned, as a policy sees it.
public struct RetryAttempt: Hashable, Sendable {
    /// Where the record stands that failed.
    public var source: TopicPartition
    /// Its place in the partition.
    public var offset: Int64
    /// The number of the retry to come, from 1; a record's first handling is not a retry.
    public var retry: Int64

    /// Retry number `retry` of the record at `offset` of `source`.
    public init(source: TopicPartition, offset: Int64, retry: Int64) {
        self.source = source
        self.offset = offset
        self.retry = retry
    }
}
