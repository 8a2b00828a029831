/// What is wrong with a topic, or with the broker's settings for it.
public struct TopicFault: Hashable, Sendable, CustomStringConvertible {
    /// Which fault. New ones may come.
    public struct Kind: Hashable, Sendable, RawRepresentable {
        /// The kind in kebab case, as commands print it.
        public var rawValue: String
        /// The kind called `rawValue`.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The topic does not exist.
        public static let missing = Kind(rawValue: "missing")
        /// It keeps only the latest record of a key.
        public static let compacted = Kind(rawValue: "compacted")
        /// It deletes records that may still be needed.
        public static let retention = Kind(rawValue: "retention-too-short")
        /// It has fewer partitions than its source topic.
        public static let partitions = Kind(rawValue: "fewer-partitions")
        /// It takes only smaller records than its source topic.
        public static let messageSize = Kind(rawValue: "max-message-bytes-lower")
        /// The broker forgets a group's progress while records wait.
        public static let offsetsRetention = Kind(rawValue: "offsets-retention-too-short")
    }

    /// What it means for a relay that is about to start.
    public enum Severity: String, Hashable, Sendable {
        /// It runs, and somebody should look at it.
        case warning
        /// It cannot run since a topic is missing.
        case missing
        /// It refuses to run since records would be lost.
        case refusal
    }

    /// The topic.
    public var topic: String
    /// What the topic is.
    public var role: TopicRole
    /// Which fault.
    public var kind: Kind
    /// What it means for a start.
    public var severity: Severity
    /// What is wrong, in a sentence about the topic.
    public var problem: String
    /// What to do about it.
    public var remedy: String

    /// All of it in one line.
    public var description: String { "\(topic): \(problem); \(remedy)" }
}
