/// What a topic is to its source topic.
public enum TopicRole: String, Hashable, Sendable, CaseIterable {
    /// The topic itself.
    case source
    /// Where its failed records wait.
    case retry
    /// Where its given-up records lie.
    case deadLetter = "dead-letter"
}
