/// A record as it was read. Null and empty are told apart for key and value.
///
/// Its bytes are kept together and shared by its copies; ``key``, ``value`` and ``headers`` are made anew at each access, so keep what is looked at more
/// than once.
public struct KafkaRecord: Hashable, Sendable {
    /// Where it stands.
    public var source: TopicPartition
    /// Its place in the partition.
    public var offset: Int64
    /// When it was written, by its producer's or its broker's clock; `nil` if it carries no time.
    public var timestamp: Timestamp?
    /// What is in it.
    package var content: RecordContent

    /// The key, byte for byte.
    public var key: [UInt8]? {
        get { content.key }
        set { content = RecordContent(key: newValue, value: value, headers: headers) }
    }

    /// The value, byte for byte.
    public var value: [UInt8]? {
        get { content.value }
        set { content = RecordContent(key: key, value: newValue, headers: headers) }
    }

    /// All headers, in order.
    public var headers: KafkaHeaders {
        get { content.headers }
        set { content = RecordContent(key: key, value: value, headers: newValue) }
    }

    /// A record at `offset` of `source`.
    public init(
        source: TopicPartition, offset: Int64, timestamp: Timestamp?, key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders = .init()
    ) {
        self.init(
            source: source, offset: offset, timestamp: timestamp, content: RecordContent(key: key, value: value, headers: headers))
    }

    package init(source: TopicPartition, offset: Int64, timestamp: Timestamp?, content: RecordContent) {
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
        self.content = content
    }

    /// What keeping it costs, in bytes: its content and about what the allocations around it take.
    public var residentSize: Int { RecordSize.bytes(contentSize) }

    /// How long key, value and headers are, in bytes.
    var contentSize: Int { content.size + content.headerByteCount }

    /// Looks at each header once and calls `body` with what was found. Nothing is allocated.
    @inline(__always)
    func scanHeaders<Result>(_ body: (HeaderScan) -> Result) -> Result {
        content.lend { lent in HeaderScan.of(lent.headers, count: lent.headerCount, body) }
    }
}
