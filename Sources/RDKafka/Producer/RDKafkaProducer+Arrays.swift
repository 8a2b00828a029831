/// Keys and values in arrays, `nil` for Kafka's null.
extension RDKafkaProducer {
    /// The same as ``produce(to:partition:key:value:headers:token:timestamp:)`` for a key and a value in arrays.
    package func produce(
        to topic: RDKafkaTopic, partition: Int32, key: [UInt8]?, value: [UInt8]?, headers: inout RDKafkaHeaders, token: Int,
        timestamp: Int64 = 0
    ) throws(RDKafkaError) {
        try lend(key) { key throws(RDKafkaError) in
            try lend(value) { value throws(RDKafkaError) in
                try produce(
                    to: topic, partition: partition, key: key, value: value, headers: &headers, token: token, timestamp: timestamp)
            }
        }
    }
}

extension RDKafkaRecordBatch {
    /// The same as ``append(key:value:token:)`` for a key and a value in arrays.
    package mutating func append(key: [UInt8]?, value: [UInt8]?, token: Int) {
        lend(key) { key in lend(value) { value in append(key: key, value: value, token: token) } }
    }
}

private func lend<Failure: Error>(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Void
) throws(Failure) {
    guard let bytes else { return try body(nil) }
    let result = bytes.withUnsafeBytes { buffer in Result { () throws(Failure) in try body(buffer) } }
    try result.get()
}
