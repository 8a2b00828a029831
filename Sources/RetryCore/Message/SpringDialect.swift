/// Spring for Apache Kafka's headers, with the names and widths of its `KafkaHeaders`, `RetryTopicHeaders`,
/// `DeadLetterPublishingRecoverer` and `DeadLetterPublishingRecovererFactory`:
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

    /// What is beyond 32 bits becomes the most that they hold.
    static func write(retriesMade: Int64, into headers: inout KafkaHeaders) {
        let (attempts, overflow) = retriesMade.addingReportingOverflow(2)
        headers.append(.springAttempts, bigEndian: overflow ? Int32.max : Int32(clamping: attempts))
    }

    static func write(due: Timestamp, into headers: inout KafkaHeaders) {
        headers.append(.springBackoffTimestamp, shortestBigEndian: max(0, due.milliseconds))
    }
}
