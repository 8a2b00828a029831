/// Our own headers: every number is a plain decimal one.
enum LinkDialect {
    static func retryCount(_ scan: HeaderScan) -> HeaderNumber {
        scan.has(.retryCount) ? .decimal(scan.value(.retryCount)) : .absent
    }

    static func due(_ scan: HeaderScan) -> HeaderNumber {
        scan.has(.nextRetryTimestamp) ? .decimal(scan.value(.nextRetryTimestamp)) : .absent
    }

    static func malformed(_ scan: HeaderScan) -> MalformedHeader? {
        let reason = "is not a plain decimal number"
        if retryCount(scan) == .malformed { return MalformedHeader(.retryCount, reason, scan.value(.retryCount)) }
        if due(scan) == .malformed { return MalformedHeader(.nextRetryTimestamp, reason, scan.value(.nextRetryTimestamp)) }
        return nil
    }

    /// Writes what a record says in Spring's headers, and not yet in ours, into ours. Numbers that cannot be read are left out.
    static func translate(_ scan: HeaderScan, into headers: inout KafkaHeaders) {
        func text(_ target: KnownHeader, _ sources: KnownHeader..., limit: Int) {
            guard !scan.has(target), let source = sources.first(where: { scan.content($0) != nil }) else { return }
            headers.append(target, text: scan.content(source), limit: limit)
        }
        func number(_ target: KnownHeader, _ sources: KnownHeader..., width: Int) {
            guard !scan.has(target) else { return }
            for source in sources where scan.has(source) {
                guard case .number(let number) = HeaderNumber.bigEndian(scan.value(source), width: width) else { continue }
                return headers.append(target, decimal: number)
            }
        }
        text(.originalTopic, .springOriginalTopic, .springDeadOriginalTopic, limit: TextLimit.topic)
        number(.originalPartition, .springOriginalPartition, .springDeadOriginalPartition, width: 4)
        number(.originalOffset, .springOriginalOffset, .springDeadOriginalOffset, width: 8)
        number(.originalTimestamp, .springOriginalTimestamp, .springDeadOriginalTimestamp, width: 8)
        text(.exceptionType, .springExceptionType, .springDeadExceptionType, limit: TextLimit.name)
        text(.exceptionMessage, .springExceptionMessage, limit: TextLimit.message)
        text(.retryExceptionMessage, .springDeadExceptionMessage, limit: TextLimit.message)
    }
}
