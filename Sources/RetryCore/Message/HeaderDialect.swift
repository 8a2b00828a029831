/// How retries are written into headers. Both dialects are read, whichever is written.
public enum HeaderDialect: String, CaseIterable, Sendable {
    /// `X-Retry-Count`, `X-Next-Retry-Timestamp` and their kin: decimal numbers and texts.
    case link
    /// Spring for Apache Kafka's: `retry_topic-*` and `kafka_*`, big-endian numbers and texts. What Spring has no header for
    /// (service, facility ID, times of failures, the reason of a dead letter, group and marker) is written under our names.
    case spring

    /// The dialect that speaks of count and due time in a record: Spring's only where neither of ours is there.
    @inline(__always)
    init(of scan: HeaderScan) {
        let ours = scan.has(.retryCount) || scan.has(.nextRetryTimestamp)
        self = !ours && (scan.has(.springAttempts) || scan.has(.springBackoffTimestamp)) ? .spring : .link
    }

    /// Retries already made.
    func retryCount(_ scan: HeaderScan) -> HeaderNumber {
        switch self {
        case .link: LinkDialect.retryCount(scan)
        case .spring: SpringDialect.retryCount(scan)
        }
    }

    /// The due time in milliseconds since 1970.
    func due(_ scan: HeaderScan) -> HeaderNumber {
        switch self {
        case .link: LinkDialect.due(scan)
        case .spring: SpringDialect.due(scan)
        }
    }

    /// Which of the two headers that decide cannot be read, and why; `nil` if both can.
    func malformed(_ scan: HeaderScan) -> MalformedHeader? {
        switch self {
        case .link: LinkDialect.malformed(scan)
        case .spring: SpringDialect.malformed(scan)
        }
    }

    /// Adds the count of retries already made.
    func write(retriesMade: Int64, into headers: inout KafkaHeaders) {
        switch self {
        case .link: LinkDialect.write(retriesMade: retriesMade, into: &headers)
        case .spring: SpringDialect.write(retriesMade: retriesMade, into: &headers)
        }
    }

    /// Adds the due time; one before 1970 becomes 1970.
    func write(due: Timestamp, into headers: inout KafkaHeaders) {
        switch self {
        case .link: LinkDialect.write(due: due, into: &headers)
        case .spring: SpringDialect.write(due: due, into: &headers)
        }
    }

    /// The header that holds the count of retries.
    var countHeader: KnownHeader { self == .link ? .retryCount : .springAttempts }

    /// The header that holds the due time.
    var dueHeader: KnownHeader { self == .link ? .nextRetryTimestamp : .springBackoffTimestamp }

    /// The other dialect's headers, which are not written beside this one's.
    var replaced: HeaderSet { self == .link ? .spring : .linkTranslated }
}
