import RDKafka
import RetryCore

extension RDKafkaHeaders {
    /// Headers in librdkafka's own form; none cost nothing.
    init(_ headers: KafkaHeaders) {
        self.init()
        if headers.isEmpty { return }
        headers.forEach { name, value in append(name: name, value: value) }
    }
}

extension RDKafkaProducer {
    /// The same as ``produce(to:partition:key:value:headers:token:timestamp:)`` for a key and a value in arrays.
    func produce(
        to topic: RDKafkaTopic, partition: Int32, key: [UInt8]?, value: [UInt8]?, headers: inout RDKafkaHeaders, token: Int
    ) throws(RDKafkaError) {
        try Self.lend(key) { key throws(RDKafkaError) in
            try Self.lend(value) { value throws(RDKafkaError) in
                try produce(to: topic, partition: partition, key: key, value: value, headers: &headers, token: token)
            }
        }
    }

    private static func lend(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(RDKafkaError) -> Void
    ) throws(RDKafkaError) {
        guard let bytes else { return try body(nil) }
        let result = bytes.withUnsafeBytes { buffer in Result { () throws(RDKafkaError) in try body(buffer) } }
        try result.get()
    }
}
