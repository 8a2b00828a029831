import RDKafka

/// Writes numbered records, idempotently, each to its key's partition.
struct RecordWriter {
    private let producer: RDKafkaProducer
    private let topic: RDKafkaTopic
    private let partitions: Int
    private var value: [UInt8]

    /// - Parameter linger: how long a record waits for others, in milliseconds.
    init(_ bootstrap: String, topic: String, partitions: Int, size: Int, linger: Int) throws {
        guard size >= 8 else { throw UsageError("SIZE must be 8 or more") }
        producer = try RDKafkaProducer([
            "bootstrap.servers": bootstrap, "enable.idempotence": "true", "linger.ms": String(linger),
            "queue.buffering.max.messages": "200000",
        ])
        self.topic = try producer.topic(topic)
        self.partitions = partitions
        value = [UInt8](repeating: 0, count: size)
    }

    /// Hands over a record, which carries retry headers if it is due at some time.
    mutating func write(_ record: NumberedRecord) throws {
        record.write(to: &value)
        var headers = record.due.map(NumberedRecord.retryHeaders) ?? RDKafkaHeaders()
        while true {
            do throws(RDKafkaError) {
                let outcome = record.key.withUnsafeBytes { key in
                    value.withUnsafeBytes { value in
                        Result { () throws(RDKafkaError) in
                            try producer.produce(
                                to: topic, partition: record.partition(of: partitions), key: key, value: value, headers: &headers)
                        }
                    }
                }
                return try outcome.get()
            } catch {
                guard error.code == .queueFull else { throw error }
                try? producer.flush(timeout: .milliseconds(20))
                try check()
            }
        }
    }

    /// Throws what a record that was handed over met with.
    func check() throws {
        for report in producer.deliveryReports() { if let error = report.error { throw error } }
    }

    /// Waits until all are acknowledged.
    func finish() throws {
        while producer.outQueueLength > 0 {
            try? producer.flush(timeout: .seconds(1))
            try check()
        }
    }
}
