public import RetryCore

/// How a listener handles one topic's records and retries.
public struct TopicSettings: Sendable {
    /// How often and how long after each failure; `nil` for the configuration's.
    public var policy: RetryPolicy?
    /// The order of first handlings. Retries have none.
    public var order: HandlerOrder
    /// How many calls handle the topic's records at a time.
    public var concurrency: Int
    /// How many calls handle its retries at a time. They have slots of their own, so that neither starves the other.
    public var retryConcurrency: Int
    /// How long a call may take before its records count as failed; `nil` for as long as it likes. The call keeps its slot until it ends.
    public var deadline: Duration?
    /// When handling pauses because nearly every call fails; `nil` for never.
    public var breaker: BreakerSettings?
    /// How its retry and dead letter topic are called; `nil` for the configuration's way.
    public var naming: TopicNaming?
    /// What an error means that does not know it itself; `nil`, as a closure or as an answer, leaves it to the configuration.
    public var classify: (@Sendable (any Error) -> RetryDecision?)?

    /// Settings with the defaults: ordered by key, 16 calls at a time and as many retries, no deadline, and a breaker.
    public init(
        policy: RetryPolicy? = nil, order: HandlerOrder = .key, concurrency: Int = 16, retryConcurrency: Int = 16,
        deadline: Duration? = nil, breaker: BreakerSettings? = BreakerSettings(), naming: TopicNaming? = nil,
        classify: (@Sendable (any Error) -> RetryDecision?)? = nil
    ) {
        self.policy = policy
        self.order = order
        self.concurrency = concurrency
        self.retryConcurrency = retryConcurrency
        self.deadline = deadline
        self.breaker = breaker
        self.naming = naming
        self.classify = classify
    }

    /// Throws the first setting that cannot be meant, in the name of `topic`.
    func check(_ topic: KafkaTopic, horizon: Duration, policy: RetryPolicy) throws(ConfigurationError) {
        func refuse(_ setting: String, _ problem: String) throws(ConfigurationError) {
            throw ConfigurationError(setting, topic: topic.name, problem)
        }
        for (setting, slots) in [("concurrency", concurrency), ("retry-concurrency", retryConcurrency)] where !(1...100_000).contains(slots)
        {
            try refuse(setting, "must be between 1 and 100000, not \(slots)")
        }
        if let deadline, deadline <= .zero { try refuse("deadline", "must be longer than nothing") }
        if let breaker {
            guard breaker.failureRate > 0, breaker.failureRate <= 1 else {
                return try refuse("breaker", "its failure rate must be above 0 and 1 at most, not \(breaker.failureRate)")
            }
            guard breaker.window > 0, breaker.window <= 1_000_000, breaker.minimum > 0, breaker.minimum <= breaker.window,
                breaker.probes > 0
            else { return try refuse("breaker", "window, minimum and probes must be 1 or more, and the minimum no more than the window") }
            guard breaker.pause > .zero, breaker.longestPause >= breaker.pause, breaker.longestPause <= .seconds(86_400) else {
                return try refuse("breaker", "its pause must be longer than nothing, and the longest pause no shorter, and a day at most")
            }
        }
        // Each such failure would be a dead letter, due-out-of-range.
        for retry in 1...Int64(max(1, min(policy.retries ?? 1, 100))) {
            guard let delay = policy.delay(for: RetryAttempt(source: TopicPartition(topic.name, 0), offset: 0, retry: retry)) else { break }
            if delay > horizon { try refuse("policy", "retry \(retry) comes after \(delay), which is beyond the horizon of \(horizon)") }
        }
    }
}
