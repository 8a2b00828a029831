public import RDKafka
public import RetryCore

/// All that a listener is told beside its topics: where the cluster is, who it is, and what holds for all topics.
public struct ListenerConfiguration: Sendable {
    /// `HOST:PORT` of brokers to begin with.
    public var bootstrapServers: [String]
    /// The consumer group: all processes that share the work.
    public var group: String
    /// The process's own name in the group, the same after a restart: its host or pod.
    public var instance: String
    /// The listener's name, unique among those in the process. Its `group.instance.id` is `{listener}-{instance}`, its transactional ids
    /// `{group}-{listener}-{instance}-0` and `-1`.
    public var listener = "listener"
    /// What failures name as `X-Exception-Service`. Records on a retry topic that name another service, and no group, are passed over; `nil`
    /// takes all.
    public var service: String?
    /// The facility for which a record is handled, for `X-Exception-Facility-Id` of its failure; `nil`, as a closure or as an answer, leaves
    /// what the record says.
    public var facilityID: (@Sendable (KafkaRecord) -> String?)?
    /// What an error means that neither knows it itself nor is known to its topic's settings; `nil` is a retry.
    public var classify: (@Sendable (any Error) -> RetryDecision?)?
    /// How often and how long after each failure, where a topic has no policy of its own.
    public var policy = RetryPolicy.standard
    /// A record due further ahead is dead-lettered, and ``HandlerContext/retry(after:because:)-(_,String)`` refuses such a delay.
    public var horizon: Duration = .seconds(7 * 86_400)
    /// What a hop promises.
    public var delivery = DeliveryGuarantee.exactlyOnce
    /// Whose headers are written.
    public var dialect = HeaderDialect.link
    /// How retry and dead letter topics are called, where a topic has no names of its own.
    public var naming = TopicNaming.standard
    /// Whether missing retry and dead letter topics are created; if not, they are an error at the start.
    public var createsTopics = true
    /// Memory for the payloads of waiting records, librdkafka's prefetch included.
    public var memory = ByteSize.mebibytes(256)
    /// How long handlers that run may go on after their partition was given to another process.
    public var revocationGrace: Duration = .seconds(10)
    /// How long handlers that run may go on after the listener was told to stop.
    public var stopTime: Duration = .seconds(10)
    /// How long to look for a broker at the start.
    public var startupTimeout: Duration = .seconds(30)
    /// librdkafka's own settings. They may hold secrets, which its description hides.
    public var properties = RDKafkaConfiguration()
    /// What surrounds it in a test.
    package var environment = ListenerEnvironment.system

    /// A configuration with the defaults.
    public init(bootstrapServers: [String], group: String, instance: String) {
        self.bootstrapServers = bootstrapServers
        self.group = group
        self.instance = instance
    }

    /// The `group.instance.id`.
    var owner: String { "\(listener)-\(instance)" }

    /// How the process tells it from its other listeners.
    package var name: ListenerName { ListenerName(group: group, owner: owner) }

    func naming(of topic: ListenerTopic) -> TopicNaming { topic.settings.naming ?? naming }

    /// What a listener shares with a relay.
    func relay(_ topics: [ListenerTopic]) -> RelayConfiguration {
        var relay = RelayConfiguration(bootstrapServers: bootstrapServers, topics: topics.map(\.topic), instance: instance)
        relay.group = group
        relay.service = service
        relay.delivery = delivery
        relay.dialect = dialect
        relay.memory = memory
        relay.horizon = horizon
        relay.naming = naming
        relay.createsTopics = createsTopics
        relay.properties = properties
        relay.startupTimeout = startupTimeout
        relay.revocationGrace = revocationGrace
        return relay
    }

    /// Throws the first setting that cannot be meant.
    func check(_ topics: [ListenerTopic]) throws(ConfigurationError) {
        try relay(topics).checkMember()
        guard (1...255).contains(listener.utf8.count) else {
            throw ConfigurationError("listener", "must have 1 to 255 bytes, but has \(listener.utf8.count)")
        }
        for (setting, time) in [("stop-time", stopTime), ("revocation-grace", revocationGrace)] {
            guard time >= .zero, time <= DurationNotation.longest else {
                throw ConfigurationError(setting, "must be between nothing and 36500d")
            }
        }
        try RelayConfiguration.check(topics.map { ($0.topic, naming(of: $0)) })
        for topic in topics {
            if let fault = topic.unusableResult { throw ConfigurationError("handler", topic: topic.topic.name, fault) }
            try topic.settings.check(topic.topic, horizon: horizon, policy: topic.settings.policy ?? policy)
            guard (1...100_000).contains(topic.batchSize) else {
                throw ConfigurationError("batch-size", topic: topic.topic.name, "must be between 1 and 100000, not \(topic.batchSize)")
            }
        }
    }
}
