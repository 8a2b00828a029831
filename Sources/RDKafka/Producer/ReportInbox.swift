import CRDKafka
import Synchronization

/// Collects delivery reports until the application takes them. librdkafka calls it on whichever thread serves the producer.
final class ReportInbox: Sendable {
    private let reports = Mutex<[RDKafkaDeliveryReport]>([])

    func receive(_ message: UnsafePointer<rd_kafka_message_t>) {
        let report = RDKafkaDeliveryReport(message)
        reports.withLock { $0.append(report) }
    }

    func take() -> [RDKafkaDeliveryReport] {
        reports.withLock { reports in
            let taken = reports
            reports = []
            // As many will come again: the array grows once, not at every doubling.
            if taken.count > 1 { reports.reserveCapacity(taken.count) }
            return taken
        }
    }
}
