import RDKafka
public import RetryCore

/// What was found of the topics that a relay serves.
public struct RelayTopics: Hashable, Sendable {
    /// How many partitions source and dead letter topics have.
    public var partitionCounts: PartitionCounts
    /// How long retry topics keep records, where that is limited.
    public var retentions: [String: Duration]

    /// What was found.
    public init(partitionCounts: PartitionCounts, retentions: [String: Duration] = [:]) {
        self.partitionCounts = partitionCounts
        self.retentions = retentions
    }

    /// Waits for a broker, creates what is missing if that is allowed, and checks what is there.
    ///
    /// - Throws: `brokerUnreachable`, `missingTopic`, `notAuthorised`, or `configuration` for a topic that would lose what waits.
    public static func prepare(_ configuration: RelayConfiguration, log: RetryLogger) async throws(KafkaRetryError) -> RelayTopics {
        try await prepare(configuration, naming: [configuration.naming: configuration.topics], log: log)
    }

    /// The same for topics that do not all name theirs in the same way.
    static func prepare(
        _ configuration: RelayConfiguration, naming: [TopicNaming: [KafkaTopic]], log: RetryLogger
    ) async throws(KafkaRetryError) -> RelayTopics {
        let administrator: TopicAdministrator
        do throws(RDKafkaConfigurationError) {
            administrator = try TopicAdministrator(
                bootstrapServers: configuration.bootstrapServers, properties: configuration.properties)
        } catch {
            throw KafkaRetryError(.configuration, "librdkafka does not take a property", remedy: "correct it", cause: error)
        }
        do throws(RDKafkaError) { try await administrator.connect(timeout: configuration.startupTimeout) } catch {
            throw KafkaRetryError(refusal: error, "connecting")
                ?? KafkaRetryError(
                    .brokerUnreachable, "no broker answers at \(configuration.bootstrapServers.joined(separator: ","))",
                    remedy: "check --bootstrap-server, and security.protocol if the cluster wants TLS or SASL", cause: error)
        }
        let outcome: Result<RelayTopics, KafkaRetryError>
        do throws(RDKafkaError) { outcome = try await prepare(configuration, naming, administrator, log) } catch {
            if [.timedOut, .transport, .allBrokersDown, .resolve].contains(error.code) {
                throw KafkaRetryError(
                    .brokerUnreachable, "the brokers stopped answering", remedy: "check that they are in reach and well", cause: error)
            }
            throw KafkaRetryError(refusal: error, "describing or creating topics")
                ?? KafkaRetryError(.missingTopic, "the topics cannot be prepared", remedy: "see 'kafka-retry topics check'", cause: error)
        }
        return try outcome.get()
    }

    private static func prepare(
        _ configuration: RelayConfiguration, _ naming: [TopicNaming: [KafkaTopic]], _ administrator: TopicAdministrator, _ log: RetryLogger
    ) async throws(RDKafkaError) -> Result<RelayTopics, KafkaRetryError> {
        var found = RelayTopics(partitionCounts: [:])
        for (naming, topics) in naming {
            let plan = try await administrator.plan(
                topics, naming: naming, horizon: configuration.horizon,
                required: configuration.createsTopics ? [.source] : Set(TopicRole.allCases))
            for fault in configuration.createsTopics ? plan.faults : plan.faultsWithoutCreation {
                switch fault.severity {
                case .missing: return .failure(KafkaRetryError(.missingTopic, "\(fault.topic): \(fault.problem)", remedy: fault.remedy))
                case .refusal: return .failure(KafkaRetryError(.configuration, "\(fault.topic) \(fault.problem)", remedy: fault.remedy))
                case .warning:
                    log.warning(
                        "a topic is not as it should be",
                        [.topic: .string(fault.topic), .reason: .string(fault.problem), .hint: .string(fault.remedy)])
                }
            }
            for creation in plan.creations {
                try await administrator.create(creation)
                log.info("topic created", [.topic: .string(creation.name), .count: LogValue(creation.partitions)])
            }
            for listing in try await administrator.list(topics, naming: naming) {
                found.partitionCounts[listing.facts.name] = Int32(clamping: listing.facts.partitions)
                if listing.role == .retry { found.retentions[listing.facts.name] = listing.facts.retention }
            }
        }
        return .success(found)
    }
}
