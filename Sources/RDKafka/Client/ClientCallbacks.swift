import CRDKafka
import Synchronization

/// Receives librdkafka's callbacks of one client: forwards what an observer wants, collects what a later call returns.
final class ClientCallbacks: Sendable {
    let observer: RDKafkaObserver
    /// Only a consumer's.
    let rebalances: RebalanceInbox?
    /// Only a producer's.
    let reports: ReportInbox?

    init(_ observer: RDKafkaObserver, rebalances: RebalanceInbox? = nil, reports: ReportInbox? = nil) {
        self.observer = observer
        self.rebalances = rebalances
        self.reports = reports
    }

    /// The configuration keeps an unowned reference: whoever makes a client from it keeps this object until the client is destroyed.
    func register(with native: OpaquePointer) {
        rd_kafka_conf_set_opaque(native, Unmanaged.passUnretained(self).toOpaque())
        registerObserver(with: native)
        if rebalances != nil {
            rd_kafka_conf_set_rebalance_cb(native) { client, code, partitions, opaque in
                guard let client, let partitions else { return }
                ClientCallbacks.of(opaque)?.rebalances?.receive(client, code, partitions)
            }
        }
        if reports != nil {
            rd_kafka_conf_set_dr_msg_cb(native) { _, message, opaque in
                guard let message, let opaque else { return }
                // Called for each record: its object, which outlives the client, is not counted as referred to.
                Unmanaged<ClientCallbacks>.fromOpaque(opaque)._withUnsafeGuaranteedRef { $0.reports?.receive(message) }
            }
        }
    }

    private func registerObserver(with native: OpaquePointer) {
        // Without a log callback librdkafka writes to stderr.
        rd_kafka_conf_set_log_cb(native) { client, level, facility, line in
            guard let client, let log = ClientCallbacks.of(rd_kafka_opaque(client))?.observer.log else { return }
            log(RDKafkaLogLine(level: Int(level), facility: text(facility), message: text(line)))
        }
        // Without an error callback librdkafka logs, which would say everything twice.
        rd_kafka_conf_set_error_cb(native) { client, code, reason, opaque in
            guard let report = ClientCallbacks.of(opaque)?.observer.error else { return }
            let error = RDKafkaError(rd_kafka_resp_err_t(code), message: text(reason))
            if let error { report(error.isFatal ? client.flatMap { ClientHandle.fatalError($0) } ?? error : error) }
        }
        if observer.statistics != nil {
            rd_kafka_conf_set_stats_cb(native) { _, json, size, opaque in
                let bytes = UnsafeRawBufferPointer(start: json, count: size)
                ClientCallbacks.of(opaque)?.observer.statistics?(String(decoding: bytes, as: UTF8.self))
                return 0  // librdkafka frees the text.
            }
        }
        if observer.throttle != nil {
            rd_kafka_conf_set_throttle_cb(native) { _, broker, _, milliseconds, opaque in
                ClientCallbacks.of(opaque)?.observer.throttle?(text(broker), .milliseconds(milliseconds))
            }
        }
    }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientCallbacks? {
        opaque.map { Unmanaged<ClientCallbacks>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func text(_ bytes: UnsafePointer<CChar>?) -> String { bytes.map { String(cString: $0) } ?? "" }
