/// Our own headers: every number is a plain decimal one.
enum LinkDialect {
    static func retryCount(_ scan: HeaderScan) -> HeaderNumber {
        scan.has(.retryCount) ? .decimal(scan.value(.retryCount)) : .absent
    }

    static func due(_ scan: HeaderScan) -> HeaderNumber {
        scan.has(.nextRetryTimestamp) ? .decimal(scan.value(.nextRetryTimestamp)) : .absent
    }

    /// When the record failed first; `nil` if it does not say so legibly. Both dialects say it here, since Spring has no header for it.
    static func firstFailure(_ scan: HeaderScan) -> Timestamp? {
        HeaderNumber.decimal(scan.value(.firstFailureTimestamp)).readable.map(Timestamp.init)
    }

    static func malformed(_ scan: HeaderScan) -> MalformedHeader? {
        let reason = "is not a plain decimal number"
        if retryCount(scan) == .malformed { return MalformedHeader(.retryCount, reason, scan.value(.retryCount)) }
        if due(scan) == .malformed { return MalformedHeader(.nextRetryTimestamp, reason, scan.value(.nextRetryTimestamp)) }
        return nil
    }

    static func write(retriesMade: Int64, into headers: inout KafkaHeaders) { headers.append(.retryCount, decimal: retriesMade) }

    static func write(due: Timestamp, into headers: inout KafkaHeaders) {
        headers.append(.nextRetryTimestamp, decimal: max(0, due.milliseconds))
    }
}
