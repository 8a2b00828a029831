/// How often a record is retried, and how long after each failure.
public struct RetryPolicy: Sendable {
    /// What the delays follow.
    private enum Delays: Sendable {
        case fixed(Duration)
        case exponential(Backoff)
        case listed([Duration])
        case custom(@Sendable (RetryAttempt) -> Duration?)
    }

    /// The most retries that a record gets; `nil` for a custom policy, which says so by itself.
    public let retries: Int?
    /// How long after its first failure a record is given up, whatever retries it has left; `nil` for never.
    public let maxAge: Duration?
    /// How delays are spread.
    public let jitter: Jitter
    private let delays: Delays

    /// The longest delay or age that is taken: 36,500 days.
    public static let longest: Duration = .seconds(36_500 * 86_400)

    /// Five retries after 500 ms, 1 s, 2 s, 4 s and 5 s.
    public static let standard = RetryPolicy(
        delays: .exponential(.standard), retries: 5, jitter: .none, maxAge: nil)

    /// The same delay before each of `retries` retries.
    public static func fixed(
        _ delay: Duration, retries: Int, jitter: Jitter = .none, maxAge: Duration? = nil
    ) throws(InvalidRetryPolicy) -> RetryPolicy {
        try check("initial-delay", delay)
        return try RetryPolicy(checked: .fixed(delay), retries: retries, jitter: jitter, maxAge: maxAge)
    }

    /// Delays that grow by `factor` from `initial` to at most `max`, which is 5 s, or `initial` if that is longer, unless it is given.
    /// Throws for a factor below 1 or not finite, and for a `max` below `initial`.
    public static func exponential(
        retries: Int = 5, initial: Duration = .milliseconds(500), factor: Double = 2, max: Duration? = nil, jitter: Jitter = .none,
        maxAge: Duration? = nil
    ) throws(InvalidRetryPolicy) -> RetryPolicy {
        try check("initial-delay", initial)
        let max = max ?? Swift.max(.seconds(5), initial)
        try check("max-delay", max)
        guard max >= initial else {
            throw InvalidRetryPolicy(setting: "max-delay", expected: "at least initial-delay, \(initial)", given: "\(max)")
        }
        guard factor.isFinite, factor >= 1 else {
            throw InvalidRetryPolicy(setting: "factor", expected: "a finite number from 1", given: "\(factor)")
        }
        let backoff = Backoff(initial: initial, factor: factor, longest: max)
        return try RetryPolicy(checked: .exponential(backoff), retries: retries, jitter: jitter, maxAge: maxAge)
    }

    /// One delay per retry; their number is the number of retries. Throws if there is none.
    public static func listed(
        _ delays: [Duration], jitter: Jitter = .none, maxAge: Duration? = nil
    ) throws(InvalidRetryPolicy) -> RetryPolicy {
        guard !delays.isEmpty else { throw InvalidRetryPolicy(setting: "delays", expected: "at least one delay", given: "none") }
        for delay in delays { try check("delays", delay) }
        return try RetryPolicy(checked: .listed(delays), retries: delays.count, jitter: jitter, maxAge: maxAge)
    }

    /// Whatever `delay` answers; `nil` is "no more retries". It must answer the same for the same attempt whenever it is asked, since
    /// a restart asks again. A delay below zero counts as zero.
    public static func custom(
        maxAge: Duration? = nil, _ delay: @escaping @Sendable (RetryAttempt) -> Duration?
    ) throws(InvalidRetryPolicy) -> RetryPolicy {
        if let maxAge { try check("max-age", maxAge) }
        return RetryPolicy(delays: .custom(delay), retries: nil, jitter: .none, maxAge: maxAge)
    }

    /// How long after its failure the record is due for this retry; `nil` if it gets no more. Never negative.
    public func delay(for attempt: RetryAttempt) -> Duration? {
        guard attempt.retry >= 1 else { return nil }
        if let retries, attempt.retry > Int64(retries) { return nil }
        let delay: Duration
        switch delays {
        case .fixed(let fixed): delay = fixed
        case .exponential(let backoff): delay = backoff.delay(retry: attempt.retry)
        case .listed(let listed):
            guard attempt.retry <= Int64(listed.count) else { return nil }
            delay = listed[Int(attempt.retry) - 1]
        case .custom(let custom): return custom(attempt).map { Swift.max(.zero, $0) }
        }
        return jitter.spread(delay, for: attempt)
    }

    /// Whether a record for which so many retries were made gets another one. A custom policy has to be asked by ``delay(for:)``.
    @inline(__always)
    func isExhausted(retriesMade: Int64) -> Bool { retries.map { retriesMade >= Int64($0) } ?? (retriesMade == .max) }

    private init(delays: Delays, retries: Int?, jitter: Jitter, maxAge: Duration?) {
        self.delays = delays
        self.retries = retries
        self.jitter = jitter
        self.maxAge = maxAge
    }

    private init(checked delays: Delays, retries: Int, jitter: Jitter, maxAge: Duration?) throws(InvalidRetryPolicy) {
        guard retries >= 0 else { throw InvalidRetryPolicy(setting: "retries", expected: "0 or more", given: "\(retries)") }
        if let maxAge { try Self.check("max-age", maxAge) }
        self.init(delays: delays, retries: retries, jitter: jitter, maxAge: maxAge)
    }

    private static func check(_ setting: String, _ duration: Duration) throws(InvalidRetryPolicy) {
        guard duration >= .zero, duration <= longest else {
            throw InvalidRetryPolicy(setting: setting, expected: "between 0 and 36500 days", given: "\(duration)")
        }
    }

    /// Whole nanoseconds, clamped to what an `Int64` holds.
    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowed ? (duration < .zero ? .min : .max) : sum
    }
}
