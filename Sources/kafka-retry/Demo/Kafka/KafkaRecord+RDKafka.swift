import RDKafka
import RetryCore

extension KafkaRecord {
    /// A copy of a lent message.
    init(copying message: borrowing RDKafkaMessage) {
        var headers = KafkaHeaders()
        message.forEachHeader { name, value in headers.append(name: name, value: value) }
        self.init(
            source: TopicPartition(message.topic, message.partition), offset: message.offset,
            timestamp: message.timestamp.map(Timestamp.init(milliseconds:)), key: message.key.map(Array.init),
            value: message.value.map(Array.init), headers: headers)
    }
}

extension RDKafkaProducer {
    /// Hands a record over with copies of its bytes.
    func produce(_ record: OutgoingRecord) throws(RDKafkaError) {
        let topic = try topic(record.target.topic)
        var headers = RDKafkaHeaders()
        record.headers.forEach { name, value in headers.append(name: name, value: value) }
        // The demo writes neither null keys nor null values.
        let result = (record.key ?? []).withUnsafeBytes { key in
            (record.value ?? []).withUnsafeBytes { value in
                Result { () throws(RDKafkaError) in
                    try produce(to: topic, partition: record.target.partition, key: key, value: value, headers: &headers)
                }
            }
        }
        try result.get()
    }
}
