/// Spring for Apache Kafka's headers, names and widths as its `KafkaHeaders`, `RetryTopicHeaders`,
/// `DeadLetterPublishingRecoverer` and `DeadLetterPublishingRecovererFactory` write them:
/// - `retry_topic-attempts`: a big-endian `Int32` that counts the delivery to come, so that a means a - 2 retries made;
/// - `retry_topic-backoff-timestamp`: milliseconds since 1970 as `BigInteger.toByteArray` writes them, the fewest bytes that hold them;
/// - `kafka_original-partition` a big-endian `Int32`; `kafka_original-offset` and `-timestamp` big-endian `Int64`s;
/// - topics, class names and messages as UTF-8. The same again as `kafka_dlt-*` on a dead letter topic; the consumer group is
///   `kafka_dlt-original-consumer-group` in both.
enum SpringDialect {
    static func retryCount(_ scan: HeaderScan) -> HeaderNumber {
        guard scan.has(.springAttempts) else { return .absent }
        guard case .number(let attempts) = HeaderNumber.bigEndian(scan.value(.springAttempts), width: 4), attempts >= 1 else {
            return .malformed
        }
        return .number(max(0, attempts - 2))
    }

    static func due(_ scan: HeaderScan) -> HeaderNumber {
        scan.has(.springBackoffTimestamp) ? HeaderNumber.bigEndian(scan.value(.springBackoffTimestamp)).notNegative : .absent
    }

    static func malformed(_ scan: HeaderScan) -> MalformedHeader? {
        if retryCount(scan) == .malformed {
            return MalformedHeader(.springAttempts, "is not a big-endian 32-bit number from 1", scan.value(.springAttempts))
        }
        if due(scan) == .malformed {
            return MalformedHeader(
                .springBackoffTimestamp, "is not a big-endian number of 1 to 8 bytes from 0", scan.value(.springBackoffTimestamp))
        }
        return nil
    }

    /// What `retry_topic-attempts` says after so many retries; at most what it can hold.
    static func attempts(retriesMade: Int64) -> Int32 {
        let (sum, overflow) = retriesMade.addingReportingOverflow(2)
        return overflow ? .max : Int32(clamping: sum)
    }

    /// Writes what a record says in our headers, and not yet in Spring's, into Spring's. Numbers that cannot be read are left out.
    static func translate(_ scan: HeaderScan, into headers: inout KafkaHeaders) {
        func text(_ target: KnownHeader, _ source: KnownHeader, limit: Int) {
            guard !scan.has(target), let text = scan.content(source) else { return }
            headers.append(target, text: text, limit: limit)
        }
        func number(_ target: KnownHeader, _ source: KnownHeader, _ append: (inout KafkaHeaders, Int64) -> Void) {
            guard !scan.has(target), scan.has(source), case .number(let number) = HeaderNumber.decimal(scan.value(source)) else { return }
            append(&headers, number)
        }
        text(.springOriginalTopic, .originalTopic, limit: TextLimit.topic)
        number(.springOriginalPartition, .originalPartition) { headers, number in
            if let number = Int32(exactly: number) { headers.append(.springOriginalPartition, bigEndian: number) }
        }
        number(.springOriginalOffset, .originalOffset) { $0.append(.springOriginalOffset, bigEndian: $1) }
        number(.springOriginalTimestamp, .originalTimestamp) { $0.append(.springOriginalTimestamp, bigEndian: $1) }
        text(.springExceptionType, .exceptionType, limit: TextLimit.name)
        text(.springExceptionMessage, .exceptionMessage, limit: TextLimit.message)
        text(.springDeadExceptionMessage, .retryExceptionMessage, limit: TextLimit.message)
    }
}
