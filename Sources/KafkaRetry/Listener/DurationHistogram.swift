/// How often something took how long, in fixed buckets from 1 ms to 5 min.
public struct DurationHistogram: Hashable, Sendable {
    /// The buckets' upper bounds; what took longer than the last is in one more bucket.
    public static let bounds: [Duration] =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000].map { .milliseconds($0) }

    /// How many there are in each bucket, that above all bounds last.
    public private(set) var counts = [Int](repeating: 0, count: DurationHistogram.bounds.count + 1)
    /// How many there are.
    public private(set) var count = 0
    /// The longest.
    public private(set) var longest: Duration = .zero

    /// None yet.
    public init() {}

    /// Counts one.
    public mutating func add(_ duration: Duration) {
        let bucket = Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count
        counts[bucket] += 1
        count += 1
        longest = max(longest, duration)
    }

    /// What that share of them (0 to 1) took at the most: the upper bound of its bucket, or the longest if that is less. `nil` without any.
    public func percentile(_ share: Double) -> Duration? {
        guard count > 0, !share.isNaN else { return nil }
        let wanted = (Double(count) * min(1, max(0, share))).rounded(.up)
        var seen = 0
        for (bucket, bound) in zip(counts, Self.bounds) {
            seen += bucket
            if seen > 0, Double(seen) >= wanted { return min(bound, longest) }
        }
        return longest
    }
}
