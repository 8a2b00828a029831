import CRDKafka
import Foundation

/// A consumed record, or an event in its place, lent for one call of the closure that drains: its bytes are librdkafka's and gone
/// afterwards. It cannot be copied or kept.
public struct RDKafkaMessage: ~Copyable {
    private let raw: UnsafePointer<rd_kafka_message_t>
    private let client: OpaquePointer
    /// The topic's name; empty for an event that concerns no topic. Cheap: not made anew for each message.
    public let topic: String
    /// The topic's number within this consumer, from 0 in the order of their first message, never reused; -1 without a topic. With
    /// `partition` a cheap key to what the application keeps about the partition.
    public let topicIndex: Int

    init(_ raw: UnsafePointer<rd_kafka_message_t>, client: OpaquePointer, topic: String, topicIndex: Int) {
        self.raw = raw
        self.client = client
        self.topic = topic
        self.topicIndex = topicIndex
    }

    /// The partition's number.
    public var partition: Int32 { raw.pointee.partition }
    /// The record's offset, or the one that an event is about.
    public var offset: Int64 { raw.pointee.offset }

    /// Whether this is an event and no record: look at `error` then, and at nothing but topic, partition and offset.
    public var isEvent: Bool { raw.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR }

    /// The event: `partitionEOF`, `autoOffsetReset`, `maxPollExceeded` and the like. A fatal one shows its cause (`fencedInstanceId` for
    /// a twin with the same `group.instance.id`) and has `isFatal` set. `nil` for a record.
    public var error: RDKafkaError? {
        guard isEvent else { return nil }
        if raw.pointee.err == RD_KAFKA_RESP_ERR__FATAL, let fatal = ClientHandle.fatalError(client) { return fatal }
        return RDKafkaError(raw.pointee.err, message: rd_kafka_message_errstr(raw).map { String(cString: $0) })
    }

    /// Milliseconds since 1970 by the clock of the producer or, with `message.timestamp.type=LogAppendTime`, of the broker; `nil` if the record has none.
    public var timestamp: Int64? {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(raw, &kind)
        return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0 ? nil : time
    }

    /// The key; `nil` is Kafka's null. The bytes are lent for the closure's call only.
    public var key: UnsafeRawBufferPointer? {
        isEvent ? nil : raw.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: raw.pointee.key_len) }
    }

    /// The value; `nil` is Kafka's null. The bytes are lent for the closure's call only.
    public var value: UnsafeRawBufferPointer? {
        isEvent ? nil : raw.pointee.payload.map { UnsafeRawBufferPointer(start: $0, count: raw.pointee.len) }
    }

    /// How many bytes key and value have.
    public var contentSize: Int { (key?.count ?? 0) + (value?.count ?? 0) }

    /// Calls `body` with each header in order. Names are bytes that need not be UTF-8 (a name with a NUL byte ends there, as librdkafka
    /// hands it out); a `nil` value is Kafka's null. Parses the headers at the first call, 1.5-3.6 µs a record; 0.1 µs without any.
    public func forEachHeader<Failure: Error>(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
    ) throws(Failure) {
        var headers: OpaquePointer?
        guard !isEvent, rd_kafka_message_headers(raw, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return }
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        var index = 0
        while rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let nameBytes = UnsafeRawBufferPointer(start: name, count: name.map { strlen($0) } ?? 0)
            try body(nameBytes, value.map { UnsafeRawBufferPointer(start: $0, count: size) })
            index += 1
        }
    }
}
