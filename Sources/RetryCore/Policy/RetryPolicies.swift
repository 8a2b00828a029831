/// A policy for every topic: the default, and those of topics that have their own.
public struct RetryPolicies: Sendable {
    /// For topics without one of their own.
    public var standard: RetryPolicy
    /// By source topic.
    public var byTopic: [KafkaTopic: RetryPolicy]

    /// The default policy, and those of single source topics.
    public init(_ standard: RetryPolicy = .standard, byTopic: [KafkaTopic: RetryPolicy] = [:]) {
        self.standard = standard
        self.byTopic = byTopic
    }

    /// The policy of a source topic.
    public subscript(topic: KafkaTopic) -> RetryPolicy { byTopic[topic] ?? standard }
}
