/// Delays that grow by a factor up to a limit. The settings are checked by ``RetryPolicy``.
struct Backoff: Sendable {
    var initial: Duration
    var factor: Double
    var longest: Duration

    static let standard = Backoff(initial: .milliseconds(500), factor: 2, longest: .seconds(5))

    /// initial * factor^(retry - 1), at most `longest`. Counted in nanoseconds, so that a delay of whole milliseconds stays one.
    func delay(retry: Int64) -> Duration {
        guard retry > 1, longest > initial, initial > .zero else { return min(initial, longest) }
        let limit = Double(RetryPolicy.nanoseconds(longest))
        let grown = Double(RetryPolicy.nanoseconds(initial)) * power(retry - 1)
        // False of an infinite one too; what is below the limit fits an Int64.
        guard grown < limit else { return longest }
        return .nanoseconds(Int64(grown + 0.5))
    }

    private func power(_ exponent: Int64) -> Double {
        var result = 1.0
        var square = factor
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
