/// Which of the known headers: one bit each.
struct HeaderSet: OptionSet {
    var rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ headers: KnownHeader...) { self.init(rawValue: headers.reduce(0) { $0 | 1 << UInt64($1.rawValue) }) }

    @inline(__always)
    func has(_ header: KnownHeader) -> Bool { rawValue & 1 << UInt64(header.rawValue) != 0 }

    @inline(__always)
    mutating func add(_ header: KnownHeader) { rawValue |= 1 << UInt64(header.rawValue) }

    private static func from(_ first: KnownHeader, through last: KnownHeader) -> HeaderSet {
        var set = HeaderSet()
        for header in KnownHeader.allCases where header.rawValue >= first.rawValue && header.rawValue <= last.rawValue { set.add(header) }
        return set
    }

    /// All of Spring's.
    static let spring = from(.springAttempts, through: .springDeadKeyExceptionStackTrace)

    /// Those of ours for which Spring has a header, so that they are dropped where its dialect is written.
    static let linkTranslated = HeaderSet(
        .retryCount, .nextRetryTimestamp, .originalTopic, .originalPartition, .originalOffset, .originalTimestamp, .exceptionType,
        .exceptionMessage, .retryExceptionMessage)

    /// Those that stand on the retry topic only.
    static let retryTopicOnly = HeaderSet(.nextRetryTimestamp, .springBackoffTimestamp, .retryGroup, .retryMarker)

    /// Free texts, the first to go where a broker finds a record too large or takes offence.
    static let texts = HeaderSet(
        .exceptionMessage, .retryExceptionMessage, .springExceptionMessage, .springExceptionStackTrace, .springKeyExceptionMessage,
        .springKeyExceptionStackTrace, .springDeadExceptionMessage, .springDeadExceptionStackTrace, .springDeadKeyExceptionMessage,
        .springDeadKeyExceptionStackTrace)
}
