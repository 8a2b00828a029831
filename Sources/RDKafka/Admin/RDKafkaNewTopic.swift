/// A topic that is to be created.
public struct RDKafkaNewTopic: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How many partitions; `nil` is the broker's default.
    public var partitionCount: Int?
    /// On how many brokers each is kept; `nil` is the broker's default.
    public var replicationFactor: Int?
    /// The topic's own configuration, `retention.ms` for example.
    public var configuration: [String: String]

    /// A topic.
    public init(_ name: String, partitionCount: Int? = nil, replicationFactor: Int? = nil, configuration: [String: String] = [:]) {
        self.name = name
        self.partitionCount = partitionCount
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// One setting of a topic, as the broker applies it.
public struct RDKafkaTopicSetting: Hashable, Sendable {
    /// The value; `nil` if the broker keeps it to itself.
    public var value: String?
    /// Whether nobody set it, neither for the topic nor for the broker.
    public var isDefault: Bool

    /// A setting.
    public init(_ value: String?, isDefault: Bool) {
        self.value = value
        self.isDefault = isDefault
    }
}
