public import RDKafka
public import RetryCore

/// All that a relay is told: where the cluster is, which topics it serves and how.
public struct RelayConfiguration: Sendable {
    /// `HOST:PORT` of brokers to begin with.
    public var bootstrapServers: [String]
    /// The source topics, each once.
    public var topics: [KafkaTopic]
    /// The consumer group.
    public var group = "kafka-retry"
    /// Take only what this service failed, or what names no service; `nil` takes all.
    public var service: String?
    /// The process's own name in the group, the same after a restart.
    public var instance: String
    /// What a hop promises.
    public var delivery = DeliveryGuarantee.exactlyOnce
    /// Whose headers are written.
    public var dialect = HeaderDialect.link
    /// Memory for the payloads of waiting records, librdkafka's prefetch included.
    public var memory = ByteSize.mebibytes(256)
    /// Records due further ahead are dead-lettered.
    public var horizon: Duration = .seconds(7 * 86_400)
    /// How often and how long after each failure, by topic.
    public var policies = RetryPolicies()
    /// How retry and dead letter topics are called.
    public var naming = TopicNaming.standard
    /// Whether missing retry and dead letter topics are created; if not, they are an error at the start.
    public var createsTopics = true
    /// librdkafka's own settings. They may hold secrets, which its description hides.
    public var properties = RDKafkaConfiguration()
    /// How long to look for a broker at the start.
    public var startupTimeout: Duration = .seconds(30)
    /// How long a handler that runs may go on after its partition was revoked.
    public var revocationGrace: Duration = .seconds(10)

    /// The least memory for payloads.
    public static let leastMemory = ByteSize.mebibytes(1)

    /// A configuration with the defaults of the contract.
    public init(bootstrapServers: [String], topics: [KafkaTopic], instance: String) {
        self.bootstrapServers = bootstrapServers
        self.topics = topics
        self.instance = instance
    }

    /// Throws the first setting that cannot be meant.
    public func check() throws(ConfigurationError) {
        try checkMember()
        try Self.check(topics.map { ($0, naming) })
    }

    /// All but the topics' names.
    func checkMember() throws(ConfigurationError) {
        if bootstrapServers.isEmpty { throw ConfigurationError("bootstrap-server", "no broker's address is given") }
        if topics.isEmpty { throw ConfigurationError("topic", "no topic is given") }
        for (setting, text) in [("group", group), ("instance", instance), ("service", service ?? "-")] {
            guard !text.isEmpty, text.utf8.count <= 255 else {
                throw ConfigurationError(setting, "must have 1 to 255 bytes, but has \(text.utf8.count)")
            }
        }
        guard horizon > .zero, horizon <= DurationNotation.longest else {
            throw ConfigurationError("horizon", "must be longer than nothing and 36500d at most")
        }
        guard memory >= Self.leastMemory else {
            throw ConfigurationError("memory", "\(memory) is too little; give \(Self.leastMemory) at least")
        }
        try ReservedProperties.check(properties)
    }

    /// Throws unless all these topics, and those that belong to them, have names of their own that Kafka takes.
    static func check(_ topics: [(topic: KafkaTopic, naming: TopicNaming)]) throws(ConfigurationError) {
        for naming in Set(topics.map(\.naming)) { try check(naming) }
        var roles: [KafkaTopic: String] = [:]
        for (topic, naming) in topics {
            let of = "of \(topic)"
            for (name, role, setting) in [
                (topic, "source topic", "topic"), (topic.retry(naming), "retry topic \(of)", "retry-suffix"),
                (topic.deadLetter(naming), "dead letter topic \(of)", "dead-letter-suffix"),
            ] {
                do throws(IllegalTopicName) { try name.check() } catch {
                    throw ConfigurationError(setting, "the \(role) cannot have this name: \(error)")
                }
                if let other = roles.updateValue(role, forKey: name) {
                    let problem =
                        other == role ? "\(name) is given twice" : "\(name) would be the \(other) and the \(role); give source topics only"
                    throw ConfigurationError("topic", problem)
                }
            }
        }
        for (topic, naming) in topics {
            if let source = source(of: topic, naming.sourceTopic(ofRetryTopic: topic.name), naming.retrySuffix) {
                throw ConfigurationError("topic", "\(topic) is a retry topic's name; give the source topic: \(source)")
            }
            if let source = source(of: topic, naming.sourceTopic(ofDeadLetterTopic: topic.name), naming.deadLetterSuffix) {
                throw ConfigurationError("topic", "\(topic) is a dead letter topic's name; give the source topic: \(source)")
            }
        }
    }

    /// What `topic` would belong to, with the group in its name or without.
    private static func source(of topic: KafkaTopic, _ named: KafkaTopic?, _ suffix: String) -> KafkaTopic? {
        guard named == nil else { return named }
        let stem = topic.name.dropLast(suffix.count)
        return topic.name.hasSuffix(suffix) && !stem.isEmpty ? KafkaTopic(String(stem)) : nil
    }

    private static func check(_ naming: TopicNaming) throws(ConfigurationError) {
        if naming.retrySuffix == naming.deadLetterSuffix {
            throw ConfigurationError("dead-letter-suffix", "is '\(naming.deadLetterSuffix)', the same as the retry topics' suffix")
        }
        for (setting, suffix) in [("retry-suffix", naming.retrySuffix), ("dead-letter-suffix", naming.deadLetterSuffix)]
        where suffix.isEmpty {
            throw ConfigurationError(setting, "is empty; the topics' names would be the same")
        }
    }
}
