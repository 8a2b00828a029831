import RDKafka
import RetryCore

/// Writes a batch's records with one producer and gathers what became of each.
final class RecordWriter {
    let producer: RDKafkaProducer
    private var topics: [String: RDKafkaTopic] = [:]
    /// The one that was written to last: a batch rarely changes it.
    private var lastTopic: RDKafkaTopic?
    private var outstanding = 0
    private let stop: StopFlag

    /// A writer that waits for reports until `stop` is set.
    init(_ producer: RDKafkaProducer, stop: StopFlag) {
        self.producer = producer
        self.stop = stop
    }

    /// Hands all records over, waits for their reports, and sorts these. Blocking.
    func write(_ batch: HopBatch) -> ProduceReport {
        var report = ProduceReport()
        let told = batch.toldIndices
        outstanding = 0
        for (index, record) in batch.records.enumerated() {
            do throws(RDKafkaError) { try enqueue(record, token: index, &report, told) } catch {
                if error.isFatal {
                    report.failure = TransactionFailure(error, in: "produce")
                    return report
                }
                note(error, at: index, &report)
            }
        }
        while outstanding > 0 {
            // Ends when every record is reported, which the time-out of messages bounds.
            try? producer.flush(timeout: .seconds(1))
            collect(&report, told)
            if stop.isSet {
                report.failure = TransactionFailure(.fatal, reason: "produce: stopped before all was acknowledged")
                return report
            }
            if let fatal = producer.fatalError {
                report.failure = TransactionFailure(.fatal, reason: "produce: \(fatal)")
                return report
            }
        }
        return report
    }

    private func enqueue(
        _ record: OutgoingRecord, token: Int, _ report: inout ProduceReport, _ told: Set<Int>
    ) throws(RDKafkaError) {
        let topic = try topic(record.target.topic)
        var headers = RDKafkaHeaders(record.headers)
        while true {
            do throws(RDKafkaError) {
                try record.content.lend { lent throws(RDKafkaError) in
                    try producer.produce(
                        to: topic, partition: record.target.partition, key: lent.key, value: lent.value, headers: &headers, token: token)
                }
                outstanding += 1
                return
            } catch {
                guard error.code == .queueFull else { throw error }
                try? producer.flush(timeout: .milliseconds(10))
                collect(&report, told)
            }
        }
    }

    private func topic(_ name: String) throws(RDKafkaError) -> RDKafkaTopic {
        if let lastTopic, lastTopic.name == name { return lastTopic }
        let topic = if let known = topics[name] { known } else { try producer.topic(name) }
        topics[name] = topic
        lastTopic = topic
        return topic
    }

    private func collect(_ report: inout ProduceReport, _ told: Set<Int>) {
        for delivery in producer.deliveryReports() {
            outstanding -= 1
            if let error = delivery.error {
                note(error, at: delivery.token, &report)
            } else if told.contains(delivery.token) {
                report.offsets[delivery.token] = delivery.offset
            }
        }
    }

    private func note(_ error: RDKafkaError, at index: Int, _ report: inout ProduceReport) {
        switch ProduceVerdict(error.code) {
        case .refused: report.refused[index] = "\(error)"
        case .unavailable: report.unavailable[index] = "\(error)"
        case .failed: report.failed[index] = "\(error)"
        case .purged: report.purged[index] = "\(error)"
        }
    }
}
