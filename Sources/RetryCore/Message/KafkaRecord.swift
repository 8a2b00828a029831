/// A record as it was read. Null and empty are told apart for key and value.
public struct KafkaRecord: Hashable, Sendable {
    /// Where it stands.
    public var source: TopicPartition
    /// Its place in the partition.
    public var offset: Int64
    /// When it was written, by its producer's or its broker's clock; `nil` if it carries no time.
    public var timestamp: Timestamp?
    /// The key, byte for byte.
    public var key: [UInt8]?
    /// The value, byte for byte.
    public var value: [UInt8]?
    /// All headers, in order.
    public var headers: KafkaHeaders

    /// A record at `offset` of `source`.
    public init(
        source: TopicPartition, offset: Int64, timestamp: Timestamp?, key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders = .init()
    ) {
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}
