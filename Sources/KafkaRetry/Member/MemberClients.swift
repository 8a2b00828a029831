import RDKafka
import RetryCore

/// The properties of the clients that a member of a group is made of: the user's, and those that its promises rest on.
struct MemberClients: Sendable {
    private let configuration: RelayConfiguration
    private let owner: String
    private let memory: MemberMemory

    init(_ configuration: RelayConfiguration, owner: String) {
        self.configuration = configuration
        self.owner = owner
        memory = MemberMemory(configuration.memory)
    }

    /// What all of them have: the user's properties win, those at the end excepted.
    private var common: RDKafkaConfiguration {
        var common: RDKafkaConfiguration = ["client.id": "kafka-retry", "reconnect.backoff.max.ms": "500"]
        common = common.merging(configuration.properties)
        common["bootstrap.servers"] = configuration.bootstrapServers.joined(separator: ",")
        return common
    }

    /// A consumer of the group's that is not a member.
    private var reader: RDKafkaConfiguration {
        var reader = common
        reader["group.id"] = configuration.group
        reader["group.instance.id"] = nil
        reader["auto.offset.reset"] = "error"
        reader["isolation.level"] = "read_committed"
        return reader
    }

    /// How long a membership lasts without a heartbeat, where the user does not say.
    static func membership(_ properties: RDKafkaConfiguration) -> RDKafkaConfiguration {
        var membership = properties
        membership.setDefault("session.timeout.ms", "10000")
        return membership
    }

    private var member: RDKafkaConfiguration {
        var member = reader
        member["group.instance.id"] = owner
        memory.prefetch.apply(to: &member)
        member = Self.membership(member)
        member.setDefault("partition.assignment.strategy", "cooperative-sticky")
        return member
    }

    private var producer: RDKafkaConfiguration {
        var producer = common
        producer["enable.idempotence"] = "true"
        producer.setDefault("linger.ms", "1")
        // For what a handler has written without naming a partition: as Java's client would.
        producer.setDefault("partitioner", "murmur2_random")
        // A record that the broker refuses is dead-lettered; librdkafka's own limit would only hide why.
        producer.setDefault("message.max.bytes", "1000000000")
        // A partition without a leader keeps the others waiting no longer; in a transaction it has to be found out well before that times out.
        producer.setDefault("message.timeout.ms", configuration.delivery == .exactlyOnce ? "5000" : "30000")
        producer.setDefault("queue.buffering.max.messages", "100000")
        return producer
    }

    func consumer(
        _ observer: RDKafkaObserver, wakeUp: @escaping @Sendable () -> Void
    ) throws(KafkaRetryError) -> GroupConsumer {
        do throws(RDKafkaConfigurationError) {
            return try GroupConsumer(member, observer: observer, wakeUp: wakeUp)
        } catch {
            throw KafkaRetryError(.configuration, "a consumer cannot be made", remedy: "correct the property", cause: error)
        }
    }

    /// How many committers take turns.
    var committers: Int { configuration.delivery == .exactlyOnce ? 2 : 1 }

    /// The committer of one of the producers.
    func committer(
        _ producer: Int, _ member: CurrentMember, topics: [String], stop: StopFlag, _ observer: RDKafkaObserver, _ log: RetryLogger
    ) -> any HopCommitter {
        guard configuration.delivery == .exactlyOnce else {
            return AtLeastOnceCommitter(self.producer, member: member, stop: stop, observer: observer)
        }
        var properties = self.producer
        properties["transaction.timeout.ms"] = "10000"
        return ExactlyOnceCommitter(
            properties, transactionalId: ExactlyOnceCommitter.transactionalIds(group: configuration.group, owner: owner)[producer],
            topics: topics, stop: stop, observer: observer, log: log)
    }

    func progressReader(_ log: RetryLogger) -> ProgressReader {
        var producer = producer
        producer["transaction.timeout.ms"] = "10000"
        return ProgressReader(
            group: configuration.group, owner: owner, configuration: reader, producerConfiguration: producer,
            isTransactional: configuration.delivery == .exactlyOnce, log: log)
    }

    func recordReader(_ log: RetryLogger) -> RecordReader {
        var reader = reader
        memory.reread.apply(to: &reader)
        return RecordReader(reader, mostBytes: memory.payloadBytes / 4, log: log)
    }
}
