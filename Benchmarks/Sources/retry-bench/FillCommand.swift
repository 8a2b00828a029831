import Foundation
import RDKafka

/// Fills a topic with numbered records.
struct FillCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var partitions: Int
    var size: Int
    /// With it the records carry retry headers, and are due so long after now.
    var dueSeconds: Int?

    func run() throws -> BenchmarkReport {
        guard size >= 8 else { throw UsageError("SIZE must be 8 or more") }
        let count = try BenchmarkTopics(bootstrap).create(topic, partitions: partitions)
        let producer = try RDKafkaProducer([
            "bootstrap.servers": bootstrap, "enable.idempotence": "true", "linger.ms": "5", "queue.buffering.max.messages": "200000",
        ])
        let target = try producer.topic(topic)
        let start = ContinuousClock.now
        let due = dueSeconds.map { Int64(Date().timeIntervalSince1970 * 1_000) + Int64($0) * 1_000 }
        var value = [UInt8](repeating: 0, count: size)
        for number in 0..<records {
            let record = NumberedRecord(number: number)
            record.write(to: &value)
            try enqueue(record, value, to: target, record.partition(of: count), due: due, producer)
            if number % 10_000 == 0 { try check(producer) }
        }
        while producer.outQueueLength > 0 {
            try? producer.flush(timeout: .seconds(1))
            try check(producer)
        }
        return BenchmarkReport(peer: "fill", records: records, took: .now - start)
    }

    private func enqueue(
        _ record: NumberedRecord, _ value: [UInt8], to target: RDKafkaTopic, _ partition: Int32, due: Int64?, _ producer: RDKafkaProducer
    ) throws {
        var headers = due.map(NumberedRecord.retryHeaders) ?? RDKafkaHeaders()
        while true {
            do throws(RDKafkaError) {
                let outcome = record.key.withUnsafeBytes { key in
                    value.withUnsafeBytes { value in
                        Result { () throws(RDKafkaError) in
                            try producer.produce(to: target, partition: partition, key: key, value: value, headers: &headers)
                        }
                    }
                }
                return try outcome.get()
            } catch {
                guard error.code == .queueFull else { throw error }
                try? producer.flush(timeout: .milliseconds(20))
                try check(producer)
            }
        }
    }

    private func check(_ producer: RDKafkaProducer) throws {
        for report in producer.deliveryReports() { if let error = report.error { throw error } }
    }
}
