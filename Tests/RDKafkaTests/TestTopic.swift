import KafkaTestBroker
import RDKafka

/// A topic of a test's own on the shared broker, with a group's name beside it.
struct TestTopic {
    let bootstrap: String
    let name: String
    let group: String
    let admin: RDKafkaAdmin
    let producer: RDKafkaProducer

    init(partitions: Int = 1, configuration: [String: String] = [:], producer more: RDKafkaConfiguration = [:]) async throws {
        try self.init(
            on: try await KafkaTestBroker.shared().bootstrapServers, partitions: partitions, configuration: configuration, producer: more)
    }

    init(on bootstrap: String, partitions: Int, configuration: [String: String] = [:], producer more: RDKafkaConfiguration = [:]) throws {
        self.bootstrap = bootstrap
        name = KafkaTestBroker.uniqueName("rdkafka")
        group = name + "-group"
        admin = try RDKafkaAdmin(["bootstrap.servers": bootstrap])
        try admin.create(
            RDKafkaNewTopic(name, partitionCount: partitions, replicationFactor: 1, configuration: configuration), timeout: .seconds(30))
        let base: RDKafkaConfiguration = ["bootstrap.servers": bootstrap]
        producer = try RDKafkaProducer(base.merging(more))
    }

    subscript(partition: Int32) -> RDKafkaPartition { RDKafkaPartition(name, partition) }

    func consumer(_ more: RDKafkaConfiguration = [:]) throws -> TestConsumer {
        let base: RDKafkaConfiguration = [
            "bootstrap.servers": bootstrap, "group.id": group, "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
            "topic.metadata.refresh.interval.ms": "1000", "auto.offset.reset": "earliest",
        ]
        return try TestConsumer(base.merging(more))
    }
}
