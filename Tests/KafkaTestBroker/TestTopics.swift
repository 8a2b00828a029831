package import RDKafka

/// A source topic of a test's own, its retry and dead letter topic, and what an operator does to them. Its calls block a thread of its own.
package actor TestTopics {
    package nonisolated let source: String
    package nonisolated let retry: String
    package nonisolated let deadLetter: String
    package nonisolated let servers: String
    private let executor = BlockingExecutor("test-topics")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let admin: RDKafkaAdmin
    private static let patience: Duration = .seconds(30)

    /// Names that no other test uses; nothing is created.
    package init(_ stem: String, servers: String) throws {
        source = KafkaTestBroker.uniqueName(stem)
        retry = source + "-Retry"
        deadLetter = source + "-Error"
        self.servers = servers
        admin = try RDKafkaAdmin(["bootstrap.servers": servers])
    }

    /// All three, each with `partitions` partitions.
    package static func create(
        _ stem: String, servers: String, partitions: Int = 1, source: [String: String] = [:], retry: [String: String] = [:],
        deadLetter: [String: String] = [:]
    ) async throws -> TestTopics {
        let topics = try TestTopics(stem, servers: servers)
        try await topics.create(topics.source, partitions, source)
        try await topics.create(topics.retry, partitions, ["retention.ms": "-1"].merging(retry) { _, new in new })
        try await topics.create(topics.deadLetter, partitions, deadLetter)
        return topics
    }

    package func create(
        _ topic: String, _ partitions: Int, _ configuration: [String: String] = [:], replicas: Int? = nil
    ) throws(RDKafkaError) {
        try admin.create(
            RDKafkaNewTopic(topic, partitionCount: partitions, replicationFactor: replicas, configuration: configuration),
            timeout: Self.patience)
    }

    /// Creates a topic whose namesake was just deleted: brokers take a moment to forget it.
    package func createWhenGone(_ topic: String, _ partitions: Int, _ configuration: [String: String] = [:]) throws {
        try whileRefused(.topicAlreadyExists) { () throws(RDKafkaError) in try create(topic, partitions, configuration) }
    }

    /// Commits once the group's last member is forgotten.
    package func commitWhenEmpty(_ offset: Int64, metadata: String, group: String, _ topic: String, _ partition: Int32) throws {
        try whileRefused(.unknownMemberId) { () throws(RDKafkaError) in
            try commit(offset, metadata: metadata, group: group, topic, partition)
        }
    }

    private func whileRefused(_ code: RDKafkaError.Code, _ body: () throws(RDKafkaError) -> Void) throws {
        let end = ContinuousClock.now + Self.patience
        let pause = Mailbox<Never>()
        while true {
            do throws(RDKafkaError) { return try body() } catch {
                guard error.code == code, ContinuousClock.now < end else { throw error }
                _ = pause.take(timeout: .milliseconds(200))
            }
        }
    }

    package func delete(_ topic: String) throws { try admin.delete(topic: topic, timeout: Self.patience) }

    package func addPartitions(_ topic: String, total: Int) throws {
        try admin.createPartitions(topic: topic, total: total, timeout: Self.patience)
    }

    package func deleteRecords(_ topic: String, _ partition: Int32, before offset: Int64) throws {
        _ = try admin.deleteRecords(before: [RDKafkaPartition(topic, partition): offset], timeout: Self.patience)
    }

    /// A topic's configuration.
    package func settings(_ topic: String) throws -> [String: String] {
        try admin.configuration(topic: topic, timeout: Self.patience).compactMapValues(\.value)
    }

    package func partitionCount(_ topic: String) throws -> Int? { try admin.describe(topic: topic, timeout: Self.patience)?.partitionCount }

    /// Commits `offset` with `metadata` for the group, as an operator's tool or another version would.
    package func commit(_ offset: Int64, metadata: String, group: String, _ topic: String, _ partition: Int32) throws(RDKafkaError) {
        guard let consumer = try? RDKafkaConsumer(["bootstrap.servers": servers, "group.id": group]) else { return }
        defer { try? consumer.close() }
        try consumer.requests.commit([RDKafkaOffset(RDKafkaPartition(topic, partition), offset, metadata: Array(metadata.utf8))])
    }

    /// What the group has committed.
    package func committed(group: String, _ topic: String, _ partition: Int32) throws -> (offset: Int64?, metadata: String) {
        let consumer = try RDKafkaConsumer(["bootstrap.servers": servers, "group.id": group])
        defer { try? consumer.close() }
        let place = RDKafkaPartition(topic, partition)
        let found = try consumer.requests.committed([place], timeout: Self.patience)[place]
        return (found?.offset, String(decoding: found?.metadata ?? [], as: UTF8.self))
    }
}
