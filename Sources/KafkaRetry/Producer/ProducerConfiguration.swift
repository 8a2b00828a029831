public import RDKafka
public import RetryCore

/// All that a ``RetryingProducer`` is told: where the cluster is, how sends are retried, and who takes what cannot be delivered.
public struct ProducerConfiguration: Sendable {
    /// Which order is kept.
    public enum Ordering: String, CaseIterable, Hashable, Sendable {
        /// Messages with the same key, and those for a partition that is named, reach it in the order in which they were sent.
        case key
        /// None.
        case none
    }

    /// What "accepted" means.
    public enum Durability: String, CaseIterable, Hashable, Sendable {
        /// A message goes to the spool when it could not be sent.
        case onFailure = "on-failure"
        /// A message is in the spool, on disk, before it is sent, and leaves it when it is delivered: an outbox that survives `kill -9`.
        case writeAhead = "write-ahead"
    }

    /// What becomes of a message of which is not known whether it was written.
    public typealias OnAmbiguous = ProducerMachineSettings.OnAmbiguous
    /// What becomes of a message that is sent while its topic's breaker is open.
    public typealias WhenOpen = ProducerMachineSettings.WhenOpen

    /// `HOST:PORT` of brokers to begin with.
    public var bootstrapServers: [String]
    /// librdkafka's own settings. They may hold secrets, which its description hides.
    public var properties = RDKafkaConfiguration()
    /// How often and how soon a message is sent again whose failure was reported and may pass. What the network or a broker refuses for a
    /// moment librdkafka sends again by itself, in order, until the deadline.
    public var policy = RetryPolicy.standard
    /// The longest that a message may take before it goes to recovery. One that is in flight then waits for its report.
    public var deadline: Duration = .seconds(120)
    /// Which order is kept.
    public var ordering = Ordering.key
    /// What becomes of what may have been written. To retry it may write it twice.
    public var onAmbiguous = OnAmbiguous.retry
    /// When a topic's messages are kept back because none arrives.
    public var breaker = SendBreakerSettings()
    /// What becomes of messages that wait then, and of those that are sent meanwhile.
    public var whenBreakerOpen = WhenOpen.wait
    /// The most that accepted messages take in memory; who sends more waits.
    public var memory = ByteSize.mebibytes(64)
    /// Who takes what cannot be delivered, one after the other. `nil`: the dead letter topic, then the spool if there is one.
    public var recovery: [any KafkaRecoveryHandler]?
    /// Where messages wait on disk for their cluster.
    public var spool: (any MessageSpool)?
    /// What "accepted" means. `writeAhead` needs a spool.
    public var durability = Durability.onFailure
    /// How dead letter topics are called.
    public var naming = TopicNaming.standard
    /// The service's name, for the headers of dead letters.
    public var service: String?

    /// A configuration with the defaults of the contract.
    public init(bootstrapServers: [String]) { self.bootstrapServers = bootstrapServers }

    /// Throws the first setting that cannot be meant.
    public func check() throws(ConfigurationError) {
        if bootstrapServers.isEmpty { throw ConfigurationError("bootstrap-server", "no broker's address is given") }
        guard deadline > .zero, deadline <= DurationNotation.longest else {
            throw ConfigurationError("deadline", "must be longer than nothing and 36500d at most")
        }
        guard memory >= RelayConfiguration.leastMemory else {
            throw ConfigurationError("memory", "\(memory) is too little; give \(RelayConfiguration.leastMemory) at least")
        }
        if durability == .writeAhead, spool == nil { throw ConfigurationError("durable", "needs a spool") }
        for (name, use) in Self.reserved where properties[name] != nil {
            throw ConfigurationError(name, "may not be set, since what is promised rests on it: \(use)")
        }
    }

    private static let reserved = [
        ("bootstrap.servers", "use --bootstrap-server"), ("metadata.broker.list", "use --bootstrap-server"),
        ("enable.idempotence", "it is always on"), ("acks", "it is always all"), ("request.required.acks", "it is always all"),
        ("transactional.id", "a retrying producer has no transactions"), ("message.timeout.ms", "use --deadline"),
        ("delivery.timeout.ms", "use --deadline"), ("max.in.flight", "order rests on librdkafka's own"),
        ("max.in.flight.requests.per.connection", "order rests on librdkafka's own"),
        ("retries", "use --retries"), ("message.send.max.retries", "use --retries"),
        ("partitioner", "keys go where Java's client puts them"),
    ]

    /// librdkafka's properties for one instance.
    var client: RDKafkaConfiguration {
        var client: RDKafkaConfiguration = ["client.id": "kafka-retry", "reconnect.backoff.max.ms": "500", "linger.ms": "0.5"]
        client = client.merging(properties)
        client["bootstrap.servers"] = bootstrapServers.joined(separator: ",")
        client["enable.idempotence"] = "true"
        // What ``EpochWatch`` reads, at once: a few lines a partition at the start, and when something fails. Behind what was set, which may
        // take flags away.
        client["debug"] = [properties["debug"] ?? "", "eos"].filter { !$0.isEmpty }.joined(separator: ",")
        client["log.queue"] = "false"
        // Deadlines are the machine's: librdkafka's are loose (measured: 2 s fired at 2.1 to 5.4 s), and break the order of a lane.
        client["message.timeout.ms"] = "0"
        client["partitioner"] = "murmur2_random"
        client.setDefault("message.max.bytes", "1000000000")
        client.setDefault("queue.buffering.max.messages", "200000")
        client.setDefault("queue.buffering.max.kbytes", "1048576")
        return client
    }

    /// How often topics are asked for their numbers of partitions, in milliseconds.
    var recountInterval: Int64 {
        max(100, properties["topic.metadata.refresh.interval.ms"].flatMap { Int64($0) } ?? 60_000)
    }

    var machine: ProducerMachineSettings {
        var settings = ProducerMachineSettings()
        settings.policy = policy
        settings.onAmbiguous = onAmbiguous
        settings.whenOpen = whenBreakerOpen
        settings.breaker = breaker
        settings.hasSpool = spool != nil
        return settings
    }
}
