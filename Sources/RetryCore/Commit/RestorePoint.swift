/// Where a partition's saved progress stands, and what its log still holds.
public struct RestorePoint: Hashable, Sendable {
    /// The committed offset; `nil` for a group that has none.
    public var committed: Int64?
    /// Its metadata.
    public var metadata: String?
    /// The log's first offset.
    public var logStart: Int64
    /// The log's end: its high watermark, open transactions included.
    public var logEnd: Int64

    /// What a restore found.
    public init(committed: Int64?, metadata: String?, logStart: Int64, logEnd: Int64) {
        self.committed = committed
        self.metadata = metadata
        self.logStart = logStart
        self.logEnd = logEnd
    }

    /// What is committed for `place`, as a member would have committed it.
    func saved(_ place: TopicPartition) -> ProgressCommit? {
        committed.map { ProgressCommit(partition: place, offset: $0, metadata: metadata ?? "") }
    }
}
