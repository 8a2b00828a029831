public import Foundation
public import RetryCore

/// A record that a handler wants written.
public struct ProducerRecord: Hashable, Sendable {
    /// Where it goes.
    public var topic: KafkaTopic
    /// The partition; `nil` leaves it to the key, by the Java client's murmur2 partitioner. Without a key any will do.
    public var partition: Int32?
    /// The key; `nil` is Kafka's null.
    public var key: [UInt8]?
    /// The value; `nil` is Kafka's null.
    public var value: [UInt8]?
    /// The headers, in order.
    public var headers: KafkaHeaders

    /// A record of bytes.
    @inlinable public init(
        to topic: KafkaTopic, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: KafkaHeaders = .init()
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// A record of text.
    public init(to topic: KafkaTopic, partition: Int32? = nil, key: String? = nil, value: String, headers: KafkaHeaders = .init()) {
        self.init(to: topic, partition: partition, key: key.map { Array($0.utf8) }, value: Array(value.utf8), headers: headers)
    }

    /// A record whose value is `message` in JSON. Throws what encoding it throws.
    public init(
        to topic: KafkaTopic, partition: Int32? = nil, key: String? = nil, message: some Encodable, headers: KafkaHeaders = .init(),
        encoder: JSONEncoder = JSONEncoder()
    ) throws {
        self.init(
            to: topic, partition: partition, key: key.map { Array($0.utf8) }, value: Array(try encoder.encode(message)), headers: headers)
    }

    /// What no broker would take; `nil` if there is nothing wrong with it.
    var fault: HandlerFailure? {
        do throws(IllegalTopicName) { try topic.check() } catch { return HandlerFailure(error) }
        guard let partition, partition < 0 else { return nil }
        return HandlerFailure(type: "IllegalPartition", message: "a record for \(topic) names partition \(partition)")
    }

    var outgoing: OutgoingRecord {
        // librdkafka's number for "the partitioner decides".
        OutgoingRecord(target: TopicPartition(topic.name, partition ?? -1), key: key, value: value, headers: headers)
    }
}
