public import RetryCore

/// From what the cluster says about topics: which are to be created, and what is wrong with those that are there.
public struct TopicPlan: Hashable, Sendable {
    /// What is missing and can be made, in the order of the topics.
    public private(set) var creations: [TopicCreation] = []
    /// What is wrong, in the order of the topics. Topics that can be created are not among them.
    public private(set) var faults: [TopicFault] = []

    private let naming: TopicNaming
    private let horizon: Duration

    /// A plan for `topics`, of which `existing` holds those that exist, theirs and their retry and dead letter topics alike.
    ///
    /// - Parameter broker: the broker's own settings, by Kafka's names; empty if it does not tell them.
    public init(
        topics: [KafkaTopic], naming: TopicNaming, horizon: Duration, existing: [TopicFacts], broker: [String: String] = [:]
    ) {
        self.naming = naming
        self.horizon = horizon
        let facts = Dictionary(existing.map { ($0.name, $0) }) { first, _ in first }
        for topic in topics { check(topic, facts) }
        checkOffsetsRetention(topics, broker)
    }

    /// The faults as they are if nothing is created: each creation is a missing topic.
    public var faultsWithoutCreation: [TopicFault] {
        creations.map {
            TopicFault(
                topic: $0.name, role: $0.role, kind: .missing, severity: .missing, problem: "the \($0.role.rawValue) topic is missing",
                remedy: "create it with 'kafka-retry topics create'")
        } + faults
    }

    private mutating func check(_ topic: KafkaTopic, _ facts: [String: TopicFacts]) {
        let source = facts[topic.name]
        if source == nil {
            faults.append(
                TopicFault(
                    topic: topic.name, role: .source, kind: .missing, severity: .missing, problem: "the source topic is missing",
                    remedy: "create it, or correct its name: the other two take their partitions and replicas from it"))
        }
        for (role, name) in [(TopicRole.retry, topic.retry(naming).name), (.deadLetter, topic.deadLetter(naming).name)] {
            if let present = facts[name] {
                check(present, role, source)
            } else if let source {
                creations.append(TopicCreation(role, name: name, of: source, horizon: horizon))
            }
        }
    }

    private mutating func check(_ facts: TopicFacts, _ role: TopicRole, _ source: TopicFacts?) {
        func fault(_ kind: TopicFault.Kind, _ severity: TopicFault.Severity, _ problem: String, _ remedy: String) {
            faults.append(
                TopicFault(topic: facts.name, role: role, kind: kind, severity: severity, problem: problem, remedy: remedy))
        }
        if facts.isCompacted {
            let lost = role == .retry ? "waiting records" : "dead letters"
            fault(
                .compacted, role == .retry ? .refusal : .warning, "is compacted, which deletes \(lost) that share a key",
                "set cleanup.policy=delete")
        }
        let days = DurationNotation.format(horizon)
        if facts.deletes, let kept = facts.retentionMilliseconds, kept >= 0, kept < horizon.roundedUpMilliseconds {
            let period = DurationNotation.format(.milliseconds(kept))
            fault(
                .retention, .warning, "deletes records after \(period), and the horizon is \(days)",
                role == .retry ? "raise retention.ms to more than the horizon" : "raise retention.ms, -1 keeps dead letters for ever")
        }
        if facts.deletes, let kept = facts.retentionBytes, kept >= 0 {
            fault(.retention, .warning, "deletes records beyond \(kept) bytes a partition", "set retention.bytes=-1")
        }
        guard let source else { return }
        if facts.partitions < source.partitions {
            fault(
                .partitions, .warning, "has \(facts.partitions) partitions, \(source.name) has \(source.partitions)",
                "add partitions, so that records keep theirs")
        }
        if let size = facts.maxMessageBytes, let wanted = source.maxMessageBytes, size < wanted {
            fault(
                .messageSize, .warning, "takes records up to \(size) bytes, \(source.name) up to \(wanted)",
                "raise max.message.bytes above the source's, headers need room too")
        }
    }

    /// Once for all topics: it is the broker's.
    private mutating func checkOffsetsRetention(_ topics: [KafkaTopic], _ broker: [String: String]) {
        guard let topic = topics.first, let minutes = broker["offsets.retention.minutes"].flatMap({ Int32($0) }) else { return }
        let kept = Duration.seconds(Int64(minutes) * 60)
        guard kept < horizon else { return }
        faults.append(
            TopicFault(
                topic: topic.retry(naming).name, role: .retry, kind: .offsetsRetention, severity: .warning,
                problem: "the brokers forget a stopped group's progress after \(DurationNotation.format(kept)), and the horizon is "
                    + DurationNotation.format(horizon),
                remedy: "raise offsets.retention.minutes, or do not leave the relay stopped for longer"))
    }
}
