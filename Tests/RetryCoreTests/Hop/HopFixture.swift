import RetryCore

/// A relay of `PatientEvent` for group `measures`, and records on its retry topic.
struct HopFixture {
    var planner: HopPlanner
    let now = Timestamp(milliseconds: 1_700_000_000_000)

    init(
        service: String? = nil, dialect: HeaderDialect = .link, policy: RetryPolicy = .standard, horizon: Duration = .seconds(7 * 86_400)
    ) throws {
        let settings = try HopSettings(
            sourceTopic: .patientEvent, group: "measures", service: service, dialect: dialect, policy: policy, horizon: horizon)
        planner = HopPlanner(settings, partitionCounts: ["PatientEvent": 8, "PatientEvent-Error": 8])
    }

    /// A record that was written a minute before now.
    func record(_ headers: [(String, [UInt8]?)] = [], timestamp: Timestamp? = Timestamp(milliseconds: 1_699_999_940_000)) -> KafkaRecord {
        KafkaRecord(
            source: TopicPartition("PatientEvent-Retry", 3), offset: 42, timestamp: timestamp, key: [1, 0, 255], value: nil,
            headers: KafkaHeaders(headers))
    }

    func record(_ headers: [(String, String)], timestamp: Timestamp? = Timestamp(milliseconds: 1_699_999_940_000)) -> KafkaRecord {
        record(headers.map { ($0.0, Array($0.1.utf8)) }, timestamp: timestamp)
    }

    func arrival(_ headers: [(String, String)] = []) -> Arrival { planner.arrival(of: record(headers), now: now) }

    func hop(_ headers: [(String, String)] = []) -> Hop { planner.hop(for: record(headers), now: now) }

    /// What a malformed, late or spent record becomes; both questions must have the same answer.
    func deadLetter(_ record: KafkaRecord, now: Timestamp? = nil) -> (record: OutgoingRecord, reason: DeadLetterReason)? {
        guard planner.arrival(of: record, now: now ?? self.now) == .due(.distantPast) else { return nil }
        guard case .deadLetter(let record, let reason) = planner.hop(for: record, now: now ?? self.now) else { return nil }
        return (record, reason)
    }

    func republished(_ record: KafkaRecord) -> OutgoingRecord? {
        guard case .republish(let record) = planner.hop(for: record, now: now) else { return nil }
        return record
    }
}

extension KafkaHeaders {
    /// These headers in this order.
    init(_ headers: [(String, [UInt8]?)]) {
        self.init()
        for (name, value) in headers { append(name, value) }
    }

    /// Each header as `name=value`, a null value as `name`, for comparing.
    var lines: [String] {
        var lines: [String] = []
        forEach { name, value in
            lines.append(String(decoding: name, as: UTF8.self) + (value.map { "=" + String(decoding: $0, as: UTF8.self) } ?? ""))
        }
        return lines
    }
}

/// `number` with its high byte first, as Java's `ByteBuffer` writes it.
func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
