import KafkaRetry
import RDKafka
import RetryCore

extension RDKafkaProducer {
    /// Hands a record over with copies of its bytes.
    func produce(_ record: OutgoingRecord) throws(RDKafkaError) {
        var headers = RDKafkaHeaders(record.headers)
        try produce(
            to: try topic(record.target.topic), partition: record.target.partition, key: record.key, value: record.value, headers: &headers,
            token: 0)
    }
}
