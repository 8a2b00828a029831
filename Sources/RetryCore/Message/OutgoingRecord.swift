/// A record that is to be written: to which topic and partition, and what. The broker's time of writing becomes its timestamp.
///
/// Key and value are shared with the record that it was made of; ``key`` and ``value`` are made anew at each access.
public struct OutgoingRecord: Sendable {
    /// Where it goes.
    public var target: TopicPartition
    /// All headers, in order.
    public var headers: KafkaHeaders
    /// Key and value. What headers it has count for nothing.
    package var content: RecordContent

    /// The key, byte for byte; `nil` is Kafka's null.
    public var key: [UInt8]? {
        get { content.key }
        set { content = RecordContent(key: newValue, value: value, headers: KafkaHeaders()) }
    }

    /// The value, byte for byte; `nil` is Kafka's null.
    public var value: [UInt8]? {
        get { content.value }
        set { content = RecordContent(key: key, value: newValue, headers: KafkaHeaders()) }
    }

    /// What its content takes, in bytes.
    var byteCount: Int { RecordSize.bytes(contentSize) }

    /// How long key, value and headers are, in bytes.
    var contentSize: Int { content.size + headers.byteCount }

    /// A record for `target`.
    public init(target: TopicPartition, key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders = .init()) {
        self.target = target
        self.headers = headers
        content = RecordContent(key: key, value: value, headers: KafkaHeaders())
    }

    /// Key and value of a record that was read, for `target`.
    init(target: TopicPartition, carrying record: KafkaRecord, headers: KafkaHeaders) {
        self.target = target
        self.headers = headers
        content = record.content
    }
}

extension OutgoingRecord: Hashable {
    /// Whether both say the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.target == right.target && left.headers == right.headers && left.key == right.key && left.value == right.value
    }

    /// Hashes what they say.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(target)
        hasher.combine(key)
        hasher.combine(value)
        hasher.combine(headers)
    }
}
