import KafkaRetry
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// One listener for all of the platforms' topics, each with settings of its own.
@Suite(.serialized) struct PlatformTopicsTests {
    static let topics: [KafkaTopic] = [
        .patientEvent, .reportScheduled, .resourceAcquired, .dataAcquisitionRequested, .auditableEventOccurred, .submitReport,
    ]

    /// How many handlings each record of a topic got, by topic.
    private final class Counts: Sendable {
        private let counts = Mutex<[KafkaTopic: Int]>([:])

        subscript(topic: KafkaTopic) -> Int { counts.withLock { $0[topic] ?? 0 } }

        func add(_ topic: KafkaTopic) { counts.withLock { $0[topic, default: 0] += 1 } }
    }

    @Test(.broker(requires: .transactions)) func sixTopicsHaveSixPolicies() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let run = KafkaTestBroker.uniqueName("run")
        let admin = try TestTopics("platform", servers: servers)
        for topic in Self.topics where try await admin.partitionCount(topic.name) == nil { try await admin.create(topic.name, 1) }
        try await TestWriter(servers).write(Self.topics.map { TestRecord(to: $0.name, value: Array(run.utf8)) })
        let counts = Counts()
        // Records of earlier runs on the same broker are not this one's.
        let failing: @Sendable (KafkaRecord, HandlerContext) async throws -> Void = { record, context in
            guard record.value == Array(run.utf8) else { return }
            counts.add(context.topic)
            throw Trouble()
        }
        let naming = TopicNaming(retrySuffix: ".again", deadLetterSuffix: ".dead", group: run)
        var configuration = ListenerConfiguration(bootstrapServers: [servers], group: run, instance: "one")
        configuration.naming = TopicNaming(group: run)
        let listener = try RetryListener(
            configuration,
            topics: [
                ListenerTopic(
                    .patientEvent, settings: TopicSettings(policy: try .listed([.milliseconds(10), .milliseconds(20)])), handler: failing),
                ListenerTopic(.reportScheduled, settings: TopicSettings(policy: try .fixed(.zero, retries: 0)), handler: failing),
                ListenerTopic(
                    .resourceAcquired, settings: TopicSettings(policy: try .fixed(.milliseconds(10), retries: 4), order: .unordered),
                    handler: failing),
                ListenerTopic(
                    .dataAcquisitionRequested,
                    settings: TopicSettings(policy: try .exponential(retries: 3, initial: .milliseconds(5)), order: .partition),
                    handler: failing),
                ListenerTopic(
                    .auditableEventOccurred,
                    settings: TopicSettings(
                        policy: try .custom { $0.retry > 1 ? nil : .milliseconds(10) }, naming: naming, classify: { _ in .retry }),
                    handler: failing),
                ListenerTopic(
                    .submitReport, settings: TopicSettings(classify: { $0 is Trouble ? .deadLetter(.expired) : nil }), handler: failing),
            ])
        async let account = listener.run()
        try await eventually("all six are dead letters") { listener.state.deadLettered.values.reduce(0, +) == 6 }
        listener.stop()
        #expect(try await account.deadLettered == 6)
        #expect(listener.state.deadLettered == [.attemptsExhausted: 5, .expired: 1])
        #expect(Self.topics.map { counts[$0] } == [3, 1, 5, 4, 2, 1])
        for topic in Self.topics {
            let dead = topic.deadLetter(topic == .auditableEventOccurred ? naming : configuration.naming)
            let letters = try await Ledger.all([dead.name], partitions: 1, servers: servers)
            #expect(letters.map(\.value) == [Array(run.utf8)], "\(dead)")
            #expect(letters.first?.text("X-Original-Topic") == topic.name)
        }
    }
}
