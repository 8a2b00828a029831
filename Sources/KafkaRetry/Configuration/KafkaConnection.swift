public import RDKafka
public import RetryCore

/// How a cluster is reached, and what its topics' names begin with, for whom it is reached: what listeners, producers and relays are told
/// of a tenant.
///
///     let connection = try KafkaClusters(file: "kafka.yaml").connection(tenant: "clinic-a")
///     let producer = try await RetryingProducer(ProducerConfiguration(connection))
///     try await producer.send(ProducerRecord(to: connection.topic(.patientEvent), value: "admitted"))
public struct KafkaConnection: Hashable, Sendable {
    /// `HOST:PORT` of brokers to begin with.
    public var bootstrapServers: [String]
    /// librdkafka's own settings. They may hold secrets, which its description hides.
    public var properties: RDKafkaConfiguration
    /// What stands in front of each topic's name; empty for nothing.
    public var topicPrefix: String
    /// The tenant for whom it is; `nil` for none.
    public var tenant: String?
    /// The name of the cluster; `nil` for the default one.
    public var cluster: String?

    /// A connection to these brokers.
    public init(bootstrapServers: [String], properties: RDKafkaConfiguration = RDKafkaConfiguration(), topicPrefix: String = "") {
        self.bootstrapServers = bootstrapServers
        self.properties = properties
        self.topicPrefix = topicPrefix
    }

    /// The topic as it is called in this cluster: the prefix and `topic`'s name.
    ///
    /// Its retry and dead letter topic follow from it, and so have the prefix too. Names in records, in headers such as
    /// `X-Original-Topic` and in logs are always whole ones, to which no prefix comes.
    public func topic(_ topic: KafkaTopic) -> KafkaTopic { KafkaTopic(topicPrefix + topic.name) }
}

extension RelayConfiguration {
    /// A configuration with the defaults of the contract, through `connection`.
    ///
    /// - Parameter topics: as they are called in the cluster: ``KafkaConnection/topic(_:)``.
    public init(_ connection: KafkaConnection, topics: [KafkaTopic], instance: String) {
        self.init(bootstrapServers: connection.bootstrapServers, topics: topics, instance: instance)
        properties = connection.properties
    }
}

extension ListenerConfiguration {
    /// A configuration with the defaults, through `connection`. Topics are called as in the cluster: ``KafkaConnection/topic(_:)``.
    public init(_ connection: KafkaConnection, group: String, instance: String) {
        self.init(bootstrapServers: connection.bootstrapServers, group: group, instance: instance)
        properties = connection.properties
    }
}

extension ProducerConfiguration {
    /// A configuration with the defaults of the contract, through `connection`. Messages name topics as they are called in the cluster:
    /// ``KafkaConnection/topic(_:)``.
    public init(_ connection: KafkaConnection) {
        self.init(bootstrapServers: connection.bootstrapServers)
        properties = connection.properties
    }
}
