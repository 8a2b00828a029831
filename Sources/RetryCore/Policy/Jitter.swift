/// How delays are spread, so that what failed together is not retried together.
public enum Jitter: String, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// Anywhere between nothing and the whole delay.
    case full
    /// Anywhere between half of the delay and the whole.
    case equal

    /// The delay of one retry. It depends on nothing but the attempt, so a restart computes the same due time again.
    func spread(_ delay: Duration, for attempt: RetryAttempt) -> Duration {
        guard self != .none else { return delay }
        let nanoseconds = UInt64(max(0, RetryPolicy.nanoseconds(delay)))
        let kept = self == .equal ? nanoseconds / 2 : 0
        var random = SplitMix64(seed: Self.seed(attempt))
        // The high half of the product is uniform in 0...width, but for a bias below 2^-4 of a nanosecond's share.
        let width = nanoseconds - kept
        let spread = random.next().multipliedFullWidth(by: width + 1).high
        return .nanoseconds(Int64(clamping: kept + spread))
    }

    /// FNV-1a over topic, partition, offset and retry: the same in every process, which `Hasher` is not.
    private static func seed(_ attempt: RetryAttempt) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        attempt.source.topic.utf8.forEach(mix)
        for number in [Int64(attempt.source.partition), attempt.offset, attempt.retry] {
            for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
        }
        return hash
    }
}
