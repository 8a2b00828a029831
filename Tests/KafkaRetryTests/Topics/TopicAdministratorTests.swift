import KafkaRetry
import KafkaTestBroker
import RDKafka
import RetryCore
import Testing

/// Topics that a broker has not heard of yet, and those that there are none of.
@Suite struct TopicAdministratorTests {
    @Test(.broker) func aTopicCreatedJustNowIsWaitedFor() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try TestTopics("news", servers: servers)
        let administrator = try TopicAdministrator(bootstrapServers: [servers], properties: [:])
        async let plan = administrator.plan([KafkaTopic(topics.source)], naming: TopicNaming(), horizon: .seconds(60))
        try await Task.sleep(for: .seconds(1))
        try await topics.create(topics.source, 2)
        let found = try await plan
        #expect(found.faults.filter { $0.severity == .missing }.isEmpty)
        #expect(found.creations.map(\.name) == [topics.retry, topics.deadLetter])
    }

    @Test(.broker, .timeLimit(.minutes(1))) func aTopicThatStaysAwayIsMissing() async throws {
        let topics = try TestTopics("no-news", servers: try await KafkaTestBroker.shared().bootstrapServers)
        let administrator = try TopicAdministrator(bootstrapServers: [topics.servers], properties: [:])
        let plan = try await administrator.plan([KafkaTopic(topics.source)], naming: TopicNaming(), horizon: .seconds(60))
        #expect(plan.faults.map(\.kind) == [.missing])
    }
}
