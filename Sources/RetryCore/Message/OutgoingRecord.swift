/// A record that is to be written: to which topic and partition, and what. The broker's time of writing becomes its timestamp.
public struct OutgoingRecord: Hashable, Sendable {
    /// Where it goes.
    public var target: TopicPartition
    /// The key, byte for byte; `nil` is Kafka's null.
    public var key: [UInt8]?
    /// The value, byte for byte; `nil` is Kafka's null.
    public var value: [UInt8]?
    /// All headers, in order.
    public var headers: KafkaHeaders

    /// What its content takes, in bytes.
    var byteCount: Int { RecordSize.bytes(key: key, value: value, headers: headers) }

    /// A record for `target`.
    public init(target: TopicPartition, key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders = .init()) {
        self.target = target
        self.key = key
        self.value = value
        self.headers = headers
    }
}
