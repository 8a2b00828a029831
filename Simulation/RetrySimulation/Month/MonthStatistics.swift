/// What cleaning cost in a month, and what it kept the logs to.
public struct MonthStatistics: Sendable, CustomStringConvertible {
    /// Records that came in.
    public var records = 0
    /// Bytes that came in.
    public var bytesIn = 0
    /// Records written again at the tail.
    public var cleaned = 0
    /// Bytes written again at the tail.
    public var bytesCleaned = 0
    /// Bytes of completion markers.
    public var markerBytes = 0
    /// The most bytes that cleaning and markers wrote for each that came in, where brokers keep records longer than any waits.
    public var mostWritten = 0.0
    /// The same where they do not.
    public var mostWrittenOfAged = 0.0
    /// The most records that waited in a partition.
    public var mostWaiting = 0
    /// The longest that a log was between low-water mark and end, in offsets.
    public var longestSpan: Int64 = 0
    /// The same in bytes.
    public var longestSpanBytes = 0
    /// The age of the oldest record that a low-water mark stood at, in milliseconds.
    public var oldestHead: Int64 = 0
    /// Offsets that brokers let go of because of their age.
    public var expired: Int64 = 0
    /// Members that were killed and came back.
    public var restarts = 0

    /// Nothing yet.
    public init() {}

    /// All of it, in words.
    public var description: String {
        """
        \(records) records of \(bytesIn) bytes, \(cleaned) cleaned with \(bytesCleaned), \(markerBytes) bytes of markers: at most \(rounded(mostWritten)) \
        for each that came in, \(rounded(mostWrittenOfAged)) where records wait longer than they are kept; at most \(mostWaiting) waiting; logs of at \
        most \(longestSpan) offsets, \(longestSpanBytes) bytes and \(oldestHead / 3_600_000) hours; \(expired) offsets expired, \(restarts) restarts
        """
    }

    private func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }

    mutating func take(waiting: Int, span: Int64, bytes: Int, age: Int64) {
        mostWaiting = max(mostWaiting, waiting)
        longestSpan = max(longestSpan, span)
        longestSpanBytes = max(longestSpanBytes, bytes)
        oldestHead = max(oldestHead, age)
    }

    /// Adds another run's.
    public mutating func add(_ other: MonthStatistics) {
        records += other.records
        bytesIn += other.bytesIn
        cleaned += other.cleaned
        bytesCleaned += other.bytesCleaned
        markerBytes += other.markerBytes
        mostWritten = max(mostWritten, other.mostWritten)
        mostWrittenOfAged = max(mostWrittenOfAged, other.mostWrittenOfAged)
        take(waiting: other.mostWaiting, span: other.longestSpan, bytes: other.longestSpanBytes, age: other.oldestHead)
        expired += other.expired
        restarts += other.restarts
    }
}
