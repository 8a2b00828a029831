import RDKafka
import RetryCore

/// The properties of the clients that a relay is made of: the user's, and those that its promises rest on.
struct RelayClients: Sendable {
    private let configuration: RelayConfiguration
    private let owner: String
    private let memory: RelayMemory

    init(_ configuration: RelayConfiguration, owner: String) {
        self.configuration = configuration
        self.owner = owner
        memory = RelayMemory(configuration.memory)
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
        reader["queued.max.messages.kbytes"] = String(memory.rereadKilobytes)
        return reader
    }

    private var member: RDKafkaConfiguration {
        var member = reader
        member["group.instance.id"] = owner
        member["queued.max.messages.kbytes"] = String(memory.prefetchKilobytes)
        member.setDefault("session.timeout.ms", "10000")
        member.setDefault("partition.assignment.strategy", "cooperative-sticky")
        return member
    }

    private var producer: RDKafkaConfiguration {
        var producer = common
        producer["enable.idempotence"] = "true"
        producer.setDefault("linger.ms", "1")
        // A record that the broker refuses is dead-lettered; librdkafka's own limit would only hide why.
        producer.setDefault("message.max.bytes", "1000000000")
        producer.setDefault("queue.buffering.max.messages", "100000")
        return producer
    }

    func consumer(
        _ observer: RDKafkaObserver, wakeUp: @escaping @Sendable () -> Void
    ) throws(KafkaRetryError) -> RDKafkaConsumer {
        do throws(RDKafkaConfigurationError) { return try RDKafkaConsumer(member, observer: observer, wakeUp: wakeUp) } catch {
            throw KafkaRetryError(.configuration, "a consumer cannot be made", remedy: "correct the property", cause: error)
        }
    }

    func committer(
        _ member: CurrentMember, topics: [String], stop: StopFlag, _ observer: RDKafkaObserver, _ log: RetryLogger
    ) -> any HopCommitter {
        guard configuration.delivery == .exactlyOnce else {
            return AtLeastOnceCommitter(producer, member: member, stop: stop, observer: observer)
        }
        var producer = producer
        producer["transaction.timeout.ms"] = "10000"
        return ExactlyOnceCommitter(
            producer, transactionalIds: ExactlyOnceCommitter.transactionalIds(group: configuration.group, owner: owner), topics: topics,
            stop: stop, observer: observer, log: log)
    }

    func progressReader(_ log: RetryLogger) -> ProgressReader {
        var producer = producer
        producer["transaction.timeout.ms"] = "10000"
        return ProgressReader(
            group: configuration.group, owner: owner, configuration: reader, producerConfiguration: producer,
            isTransactional: configuration.delivery == .exactlyOnce, log: log)
    }

    func recordReader(_ log: RetryLogger) -> RecordReader { RecordReader(reader, mostBytes: memory.payloadBytes / 4, log: log) }
}
