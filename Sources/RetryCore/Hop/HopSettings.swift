/// What a hop from one retry topic has to know. Checked when it is made.
public struct HopSettings: Sendable {
    /// The source topic, to which a record goes back when it is due.
    public let sourceTopic: KafkaTopic
    /// The topic in which records wait.
    public let retryTopic: KafkaTopic
    /// The topic to which records go that get no more retries.
    public let deadLetterTopic: KafkaTopic
    /// The consumer group that works on the retry topic.
    public let group: String
    /// Only records that this service failed, or nobody named, are taken; `nil` takes every service's.
    public let service: String?
    /// The dialect that is written.
    public let dialect: HeaderDialect
    /// How often and when.
    public let policy: RetryPolicy
    /// A record due further ahead is dead-lettered. Default 7 days.
    public let horizon: Duration

    /// Topics follow from `sourceTopic` by `naming` unless they are given.
    ///
    /// Throws if a topic's name is not legal, two of the three are the same, group or service are empty or longer than 255 bytes,
    /// or the horizon is negative.
    public init(
        sourceTopic: KafkaTopic, retryTopic: KafkaTopic? = nil, deadLetterTopic: KafkaTopic? = nil, naming: TopicNaming = .standard,
        group: String, service: String? = nil, dialect: HeaderDialect = .link, policy: RetryPolicy = .standard,
        horizon: Duration = .seconds(7 * 86_400)
    ) throws(InvalidHopSettings) {
        self.sourceTopic = sourceTopic
        self.retryTopic = retryTopic ?? sourceTopic.retry(naming)
        self.deadLetterTopic = deadLetterTopic ?? sourceTopic.deadLetter(naming)
        self.group = group
        self.service = service
        self.dialect = dialect
        self.policy = policy
        self.horizon = horizon
        let topics = [self.sourceTopic, self.retryTopic, self.deadLetterTopic]
        for topic in topics {
            do { try topic.check() } catch { throw InvalidHopSettings("\(error)") }
        }
        guard Set(topics).count == 3 else {
            throw InvalidHopSettings(
                "source, retry and dead letter topic must be three, not \"\(topics.map(\.name).joined(separator: "\", \""))\"")
        }
        try Self.check("group", group)
        if let service { try Self.check("service", service) }
        guard horizon >= .zero else { throw InvalidHopSettings("horizon must be 0 or more, not \(horizon)") }
    }

    private static func check(_ setting: String, _ name: String) throws(InvalidHopSettings) {
        guard !name.isEmpty, name.utf8.count <= TextLimit.group else {
            throw InvalidHopSettings("\(setting) must have 1 to \(TextLimit.group) bytes, not \(name.utf8.count)")
        }
    }
}
