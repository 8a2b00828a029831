import KafkaRetry
import RDKafka
import Testing

/// Settings that cannot be meant are refused where the listener is made, by name.
@Suite struct ListenerSettingsTests {
    private static func problem(
        _ topics: [ListenerTopic] = [ListenerTopic("T") { _, _ in }], _ change: (inout ListenerConfiguration) -> Void = { _ in }
    ) -> ConfigurationError? {
        var configuration = ListenerConfiguration(bootstrapServers: ["localhost:9092"], group: "g", instance: "i")
        change(&configuration)
        do throws(ConfigurationError) { _ = try RetryListener(configuration, topics: topics) } catch { return error }
        return nil
    }

    private static func topic(_ settings: TopicSettings) -> [ListenerTopic] { [ListenerTopic("T", settings: settings) { _, _ in }] }

    @Test func theDefaultsWillDo() { #expect(Self.problem() == nil) }

    @Test func settingsOfAllTopicsAreChecked() {
        #expect(Self.problem([])?.setting == "topic")
        #expect(Self.problem { $0.bootstrapServers = [] }?.setting == "bootstrap-server")
        #expect(Self.problem { $0.group = "" }?.setting == "group")
        #expect(Self.problem { $0.listener = "" }?.setting == "listener")
        #expect(Self.problem { $0.horizon = .zero }?.setting == "horizon")
        #expect(Self.problem { $0.stopTime = .seconds(-1) }?.setting == "stop-time")
        #expect(Self.problem { $0.revocationGrace = .seconds(-1) }?.setting == "revocation-grace")
        #expect(Self.problem { $0.memory = ByteSize(bytes: 1) }?.setting == "memory")
        #expect(Self.problem { $0.properties = ["group.id": "x"] }?.setting == "group.id")
        #expect(Self.problem { $0.properties = ["sasl.jaas.config": "x"] }?.setting == "sasl.jaas.config")
    }

    @Test func aHandlerWhoseAnswerSaysNothingIsRefused() throws {
        @Sendable func isDone(_ record: KafkaRecord) async -> Bool { record.offset == 0 }
        let problem = try #require(Self.problem([ListenerTopic("T") { record, _ in await isDone(record) }]))
        #expect(problem.setting == "handler" && problem.description.contains("Bool"))
        #expect(Self.problem([ListenerTopic("T", batchesOf: 2) { records, _ in records.count }])?.setting == "handler")
        #expect(Self.problem([ListenerTopic("T", as: Int.self) { number, _ in number }])?.setting == "handler")
    }

    @Test func settingsOfATopicNameIt() throws {
        let slots = try #require(Self.problem(Self.topic(TopicSettings(concurrency: 0))))
        #expect(slots.setting == "concurrency" && slots.topic == "T" && slots.description.contains("T: concurrency"))
        #expect(Self.problem(Self.topic(TopicSettings(retryConcurrency: -1)))?.setting == "retry-concurrency")
        #expect(Self.problem(Self.topic(TopicSettings(deadline: .zero)))?.setting == "deadline")
        var breaker = BreakerSettings()
        breaker.failureRate = .nan
        #expect(Self.problem(Self.topic(TopicSettings(breaker: breaker)))?.setting == "breaker")
        #expect(Self.problem([ListenerTopic("T", batchesOf: 0) { _, _ in }])?.setting == "batch-size")
        let late = try RetryPolicy.listed([.seconds(1), .seconds(8 * 86_400)])
        #expect(Self.problem(Self.topic(TopicSettings(policy: late)))?.setting == "policy")
        #expect(Self.problem { $0.policy = late }?.setting == "policy")
    }

    @Test func topicsMayNotMeet() {
        let handler: @Sendable (KafkaRecord, HandlerContext) async throws -> Void = { _, _ in }
        #expect(Self.problem([ListenerTopic("T", handler: handler), ListenerTopic("T", handler: handler)])?.setting == "topic")
        #expect(Self.problem([ListenerTopic("T", handler: handler), ListenerTopic("T-Retry", handler: handler)])?.setting == "topic")
        let retry = Self.problem([ListenerTopic("T-Retry", handler: handler)])
        #expect(retry?.description == "topic: T-Retry is a retry topic's name; give the source topic: T")
        #expect(Self.problem([ListenerTopic("T-Error", handler: handler)])?.setting == "topic")
        #expect(Self.problem([ListenerTopic("-Retry", handler: handler)]) == nil)
        let own = TopicSettings(naming: TopicNaming(retrySuffix: "-X", deadLetterSuffix: "-Y"))
        #expect(Self.problem([ListenerTopic("T-Retry", settings: own, handler: handler)]) == nil)
        #expect(Self.problem([ListenerTopic("no blank", handler: handler)])?.setting == "topic")
        let same = TopicNaming(retrySuffix: "-X", deadLetterSuffix: "-X")
        #expect(Self.problem(Self.topic(TopicSettings(naming: same)))?.setting == "dead-letter-suffix")
    }

    @Test func aHistogramKnowsItsPercentiles() {
        var histogram = DurationHistogram()
        #expect(histogram.percentile(0.5) == nil)
        for milliseconds in 1...100 { histogram.add(.milliseconds(milliseconds)) }
        histogram.add(.seconds(1_000))
        #expect(histogram.count == 101 && histogram.counts.last == 1 && histogram.longest == .seconds(1_000))
        #expect(histogram.percentile(0.5) == .milliseconds(100) && histogram.percentile(0.01) == .milliseconds(2))
        #expect(histogram.percentile(1) == .seconds(1_000) && histogram.percentile(0) == .milliseconds(1))
        #expect(histogram.percentile(.nan) == nil)
    }
}
