/// A moment in whole milliseconds since 1970, as Kafka counts time. All arithmetic saturates.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// The moment `milliseconds` after 1970 began.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Before everything: whatever is due then is due at once.
    public static let distantPast = Timestamp(milliseconds: .min)
    /// Due at once, and behind what is due before everything.
    static let leastDue = Timestamp(milliseconds: .min + 1)
    /// After everything.
    public static let distantFuture = Timestamp(milliseconds: .max)

    /// The moment `delay` later, rounded up to the millisecond, so that nothing is ever early.
    public func advanced(by delay: Duration) -> Timestamp { advanced(milliseconds: delay.roundedUpMilliseconds) }

    /// The moment so many milliseconds later.
    public func advanced(milliseconds delay: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delay)
        guard overflow else { return Timestamp(milliseconds: sum) }
        return delay < 0 ? .distantPast : .distantFuture
    }

    /// Earlier first.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The number of milliseconds.
    public var description: String { String(milliseconds) }
}

extension Duration {
    /// Whole milliseconds, rounded towards the future, clamped to what an `Int64` holds.
    public var roundedUpMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let perMillisecond: Int64 = 1_000_000_000_000_000
        let part = attoseconds / perMillisecond + (attoseconds % perMillisecond > 0 ? 1 : 0)
        let (sum, overflowed) = whole.addingReportingOverflow(part)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
