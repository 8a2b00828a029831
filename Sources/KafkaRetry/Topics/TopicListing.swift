public import RetryCore

/// A topic and what it is to its source topic.
public struct TopicListing: Hashable, Sendable {
    /// The source topic that it belongs to.
    public var source: KafkaTopic
    /// What it is.
    public var role: TopicRole
    /// The topic as the cluster describes it.
    public var facts: TopicFacts
}
