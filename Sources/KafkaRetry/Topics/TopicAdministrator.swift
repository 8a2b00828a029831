public import RDKafka
public import RetryCore

/// Asks a cluster about topics and creates those that are missing. Its calls wait on a thread of their own.
public actor TopicAdministrator {
    private let executor = BlockingExecutor("kafka-retry.topics")
    private let admin: RDKafkaAdmin
    private let failures: ConnectionFailures

    /// How long a broker that was in reach may take to answer.
    private static let patience: Duration = .seconds(30)
    /// How long brokers may take to hear of a new topic from their controller.
    private static let propagation: Duration = .seconds(10)
    /// How long to look again for a topic that is missing: it may just have been created, or its name may be mistyped.
    private static let newsOfTopics: Duration = .seconds(5)
    /// How long to wait before looking whether the broker has refused us for good.
    private static let glance: Duration = .seconds(1)

    /// The thread on which its calls wait.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A client of the cluster at `bootstrapServers`. Does not wait for it.
    public init(bootstrapServers: [String], properties: RDKafkaConfiguration) throws(RDKafkaConfigurationError) {
        var properties = properties
        properties["bootstrap.servers"] = bootstrapServers.joined(separator: ",")
        let failures = ConnectionFailures()
        self.failures = failures
        admin = try RDKafkaAdmin(
            properties,
            observer: RDKafkaObserver(log: { failures.took($0) }, error: { failures.took($0) }))
    }

    /// Waits until a broker answers, or the task is cancelled, which is an error like a broker that did not.
    ///
    /// - Throws: an error with the code `authentication` as soon as the broker refuses the credentials, else after `timeout` one that
    ///   says what went wrong last.
    public func connect(timeout: Duration) throws(RDKafkaError) {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            let rest = timeout - start.duration(to: clock.now)
            guard rest > .zero, !Task.isCancelled else { throw failures.error() }
            do throws(RDKafkaError) {
                _ = try admin.clusterId(timeout: min(rest, Self.glance))
                return
            } catch {
                if let refusal = failures.refusal() { throw refusal }
            }
        }
    }

    /// What is to be created for `topics` and what is wrong with those that are there.
    ///
    /// - Parameter required: topics that are missing in these roles are looked for again for 5 s, since a topic that was just created may
    ///   be news to the broker that is asked.
    public func plan(
        _ topics: [KafkaTopic], naming: TopicNaming, horizon: Duration, required: Set<TopicRole> = [.source]
    ) throws(RDKafkaError) -> TopicPlan {
        var existing: [TopicFacts] = []
        let end = ContinuousClock.now + Self.newsOfTopics
        for topic in topics {
            for (role, name) in [
                (TopicRole.source, topic), (.retry, topic.retry(naming)), (.deadLetter, topic.deadLetter(naming)),
            ] {
                let description = try describe(name, until: required.contains(role) ? end : nil)
                if let description { existing.append(try facts(description)) }
            }
        }
        return TopicPlan(topics: topics, naming: naming, horizon: horizon, existing: existing, broker: brokerSettings())
    }

    /// `nil` if there is no such topic, and none until `end` or the task's cancellation.
    private func describe(_ topic: KafkaTopic, until end: ContinuousClock.Instant?) throws(RDKafkaError) -> RDKafkaTopicDescription? {
        let pause = Mailbox<Never>()
        while true {
            if let found = try admin.describe(topic: topic.name, timeout: Self.patience) { return found }
            guard let end, ContinuousClock.now < end, !Task.isCancelled else { return nil }
            _ = pause.take(timeout: .milliseconds(100))
        }
    }

    /// Creates a topic, and waits until the brokers tell of it. That another process has just created it is no error.
    public func create(_ creation: TopicCreation) throws(RDKafkaError) {
        let topic = RDKafkaNewTopic(
            creation.name, partitionCount: creation.partitions, replicationFactor: creation.replicationFactor,
            configuration: creation.settings)
        do throws(RDKafkaError) { try admin.create(topic, timeout: Self.patience) } catch {
            guard error.code == .topicAlreadyExists else { throw error }
        }
        _ = try describe(KafkaTopic(creation.name), until: .now + Self.propagation)
    }

    /// The topics that belong together: those of `topics`, or, if that is empty, all that begin with `prefix` and have a retry or dead letter
    /// topic. Others are not described.
    public func list(_ topics: [KafkaTopic], naming: TopicNaming, prefix: String = "") throws(RDKafkaError) -> [TopicListing] {
        let all = try admin.topics(timeout: Self.patience)
        var sources = topics
        if topics.isEmpty {
            let named = all.compactMap { naming.sourceTopic(ofRetryTopic: $0.name) ?? naming.sourceTopic(ofDeadLetterTopic: $0.name) }
            sources = Set(named.filter { $0.name.hasPrefix(prefix) }).sorted { $0.name < $1.name }
        }
        let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
        var listings: [TopicListing] = []
        for source in sources {
            for (role, name) in [(TopicRole.source, source), (.retry, source.retry(naming)), (.deadLetter, source.deadLetter(naming))] {
                guard let description = byName[name.name] else { continue }
                listings.append(TopicListing(source: source, role: role, facts: try facts(description)))
            }
        }
        return listings
    }

    private func facts(_ description: RDKafkaTopicDescription) throws(RDKafkaError) -> TopicFacts {
        TopicFacts(description, try configuration(description.name))
    }

    /// A topic that one broker has named already may be news to another one for a moment.
    private func configuration(_ topic: String) throws(RDKafkaError) -> [String: RDKafkaTopicSetting] {
        let (clock, pause) = (ContinuousClock(), Mailbox<Never>())
        let end = clock.now + Self.propagation
        while true {
            do throws(RDKafkaError) { return try admin.configuration(topic: topic, timeout: Self.patience) } catch {
                guard error.code == .unknownTopicOrPart, clock.now < end else { throw error }
                _ = pause.take(timeout: .milliseconds(100))
            }
        }
    }

    /// Empty where the broker does not tell: what cannot be seen is not a fault.
    private func brokerSettings() -> [String: String] {
        ((try? admin.brokerConfiguration(timeout: Self.patience)) ?? [:]).compactMapValues(\.value)
    }
}
