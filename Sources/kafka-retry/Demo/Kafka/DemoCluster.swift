import KafkaRetry
import RDKafka
import RetryCore

/// Where the demo's topics are: a mock cluster in this process, or topics of a random name in a real one. Its calls wait on a thread
/// of their own.
actor DemoCluster {
    private let executor = BlockingExecutor("demo-cluster")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: DemoConfiguration.Cluster?
    private let topics: DemoTopics
    private var mock: MockCluster?
    private var admin: RDKafkaAdmin?
    private var made: [String] = []

    private static let patience: Duration = .seconds(15)

    /// A mock cluster if there are no `settings`.
    init(_ settings: DemoConfiguration.Cluster?) {
        self.settings = settings
        let name = settings == nil ? "" : "-demo-" + String(UInt64.random(in: 0..<60_466_176), radix: 36)
        topics = DemoTopics((settings?.topicPrefix ?? "") + "Orders" + name)
    }

    /// Connects and makes the topics, of one partition each.
    func open(_ policy: RetryPolicy, log: RetryLogger) async throws -> DemoConnection {
        guard let settings else { return try openMock() }
        let administrator = try TopicAdministrator(bootstrapServers: settings.bootstrapServers, properties: settings.properties)
        try await administrator.connect(timeout: settings.startupTimeout)
        var properties = settings.properties
        properties["bootstrap.servers"] = settings.bootstrapServers.joined(separator: ",")
        let admin = try RDKafkaAdmin(properties)
        self.admin = admin
        for topic in [topics.source, topics.handled] {
            try admin.create(RDKafkaNewTopic(topic.name, partitionCount: 1), timeout: Self.patience)
            made.append(topic.name)
        }
        var connection = DemoConnection(
            bootstrapServers: settings.bootstrapServers, properties: settings.properties, topics: topics, delivery: .exactlyOnce,
            relayTopics: RelayTopics(partitionCounts: [:]))
        // The relay makes the other two as it would for anybody.
        made += [topics.retry.name, topics.deadLetter.name]
        connection.relayTopics = try await RelayTopics.prepare(connection.relay(policy), log: log)
        return connection
    }

    private func openMock() throws -> DemoConnection {
        let cluster = try MockCluster()
        mock = cluster
        for topic in topics.all { try cluster.createTopic(topic.name, partitions: 1) }
        return DemoConnection(
            bootstrapServers: [cluster.bootstrapServers], topics: topics, delivery: .atLeastOnce,
            relayTopics: RelayTopics(partitionCounts: [topics.source.name: 1, topics.deadLetter.name: 1]))
    }

    /// Removes what `open` made. The groups go with their topics: brokers forget empty groups without offsets.
    ///
    /// - Returns: topics that could not be deleted.
    func close() -> [String] {
        mock = nil
        guard let admin else { return [] }
        return made.filter { name in
            do throws(RDKafkaError) {
                try admin.delete(topic: name, timeout: Self.patience)
                return false
            } catch {
                return error.code != .unknownTopicOrPart
            }
        }
    }
}
