package import RDKafka

/// A service that writes failed records: an idempotent producer on a thread of its own.
package actor TestWriter {
    private let executor = BlockingExecutor("test-writer")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let producer: RDKafkaProducer

    package init(_ servers: String, _ more: RDKafkaConfiguration = [:]) throws {
        let base: RDKafkaConfiguration = [
            "bootstrap.servers": servers, "enable.idempotence": "true", "linger.ms": "5", "message.max.bytes": "100000000",
            "message.timeout.ms": "120000", "reconnect.backoff.max.ms": "500",
        ]
        producer = try RDKafkaProducer(base.merging(more))
    }

    /// Writes them, waits until all are there, and answers each one's timestamp and offset. Throws if one is not.
    @discardableResult
    package func write(_ records: [TestRecord]) throws -> [(timestamp: Int64, offset: Int64)] {
        var written = [(timestamp: Int64, offset: Int64)](repeating: (-1, -1), count: records.count)
        var left = records.count
        func collect() throws {
            for report in producer.deliveryReports() {
                if let error = report.error { throw error }
                written[report.token] = (report.timestamp ?? -1, report.offset ?? -1)
                left -= 1
            }
        }
        for (token, record) in records.enumerated() {
            let topic = try producer.topic(record.topic)
            while try !Self.enqueue(record, to: topic, token: token, with: producer) {
                try? producer.flush(timeout: .milliseconds(50))
                try collect()
            }
        }
        while left > 0 {
            try? producer.flush(timeout: .seconds(1))
            try collect()
        }
        return written
    }

    /// False if there is no room just now.
    private static func enqueue(
        _ record: TestRecord, to topic: RDKafkaTopic, token: Int, with producer: RDKafkaProducer
    ) throws(RDKafkaError) -> Bool {
        var headers = RDKafkaHeaders()
        for header in record.headers {
            header.name.withUnsafeBytes { name in
                if let value = header.value {
                    value.withUnsafeBytes { headers.append(name: name, value: $0) }
                } else {
                    headers.append(name: name, value: nil)
                }
            }
        }
        do throws(RDKafkaError) {
            try producer.produce(
                to: topic, partition: record.partition, key: record.key, value: record.value, headers: &headers, token: token)
            return true
        } catch {
            guard error.code == .queueFull else { throw error }
            return false
        }
    }
}
