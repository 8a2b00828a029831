import KafkaRetry
import RetryCore
import Testing

@Suite struct TopicPlanTests {
    private static let week: Duration = .seconds(7 * 86_400)
    private static let source = TopicFacts(
        name: "A", partitions: 6, replicationFactor: 3, settings: ["max.message.bytes": "2000000", "retention.ms": "1000"])
    private static let sound = [
        "cleanup.policy": "delete", "retention.ms": "1814400000", "retention.bytes": "-1", "max.message.bytes": "2016384",
    ]

    private func plan(_ existing: [TopicFacts], horizon: Duration = week, broker: [String: String] = [:]) -> TopicPlan {
        TopicPlan(topics: ["A"], naming: .standard, horizon: horizon, existing: existing, broker: broker)
    }

    private func retry(partitions: Int = 6, _ changes: [String: String] = [:]) -> TopicFacts {
        TopicFacts(
            name: "A-Retry", partitions: partitions, replicationFactor: 3, settings: Self.sound.merging(changes) { _, changed in changed })
    }

    private var deadLetter: TopicFacts {
        TopicFacts(
            name: "A-Error", partitions: 6, replicationFactor: 3, settings: Self.sound.merging(["retention.ms": "-1"]) { _, new in new })
    }

    @Test func missingTopicsTakeAfterTheirSource() throws {
        let plan = plan([Self.source])
        #expect(plan.creations.map(\.name) == ["A-Retry", "A-Error"])
        #expect(plan.creations.allSatisfy { $0.partitions == 6 && $0.replicationFactor == 3 })
        #expect(plan.creations.first?.settings == Self.sound)
        #expect(plan.creations.last?.settings["retention.ms"] == "-1")
        #expect(plan.faults.isEmpty)
        #expect(plan.faultsWithoutCreation.map(\.kind) == [.missing, .missing])
    }

    @Test func hugeSettingsDoNotOverflow() {
        let source = TopicFacts(name: "A", partitions: 1, replicationFactor: 1, settings: ["max.message.bytes": "2147483647"])
        let plan = plan([source], horizon: .seconds(Int64.max))
        #expect(plan.creations.first?.settings["max.message.bytes"] == "2147483647")
        #expect(plan.creations.first?.settings["retention.ms"] == "-1")
    }

    @Test func aMissingSourceIsAFaultAndNothingIsCreated() {
        let plan = plan([])
        #expect(plan.creations.isEmpty)
        #expect(plan.faults.map(\.topic) == ["A"])
        #expect(plan.faults.map(\.severity) == [.missing])
    }

    @Test func soundTopicsHaveNoFaults() {
        let plan = plan([Self.source, retry(), deadLetter], broker: ["offsets.retention.minutes": "10080"])
        #expect(plan.creations.isEmpty)
        #expect(plan.faultsWithoutCreation.isEmpty)
    }

    @Test(arguments: [
        (["cleanup.policy": "compact"], [TopicFault.Kind.compacted], [TopicFault.Severity.refusal]),
        (["cleanup.policy": "compact,delete"], [.compacted], [.refusal]), (["cleanup.policy": "delete, compact"], [.compacted], [.refusal]),
        (["retention.ms": "604799999"], [.retention], [.warning]), (["retention.ms": "604800000"], [], []),
        (["retention.ms": "-1"], [], []),
        (["retention.bytes": "1000"], [.retention], [.warning]), (["max.message.bytes": "1999999"], [.messageSize], [.warning]),
        (["max.message.bytes": "2000000"], [], []), (["retention.ms": "many"], [], []),
    ])
    func faultsOfARetryTopic(changes: [String: String], kinds: [TopicFault.Kind], severities: [TopicFault.Severity]) {
        let faults = plan([Self.source, retry(changes), deadLetter]).faults
        #expect(faults.map(\.kind) == kinds)
        #expect(faults.map(\.severity) == severities)
    }

    @Test func fewerPartitionsAndForgetfulBrokersAreFaults() {
        #expect(plan([Self.source, retry(partitions: 5), deadLetter]).faults.map(\.kind) == [.partitions])
        #expect(plan([Self.source, retry(partitions: 7), deadLetter]).faults.isEmpty)
        let broker = ["offsets.retention.minutes": "10079"]
        #expect(plan([Self.source, retry(), deadLetter], broker: broker).faults.map(\.kind) == [.offsetsRetention])
    }

    @Test func namesAreReadBackwards() {
        let scoped = TopicNaming(group: "g")
        #expect(TopicNaming.standard.sourceTopic(ofRetryTopic: "A-Retry") == "A")
        #expect(TopicNaming.standard.sourceTopic(ofDeadLetterTopic: "A-Retry") == nil)
        #expect(TopicNaming.standard.sourceTopic(ofRetryTopic: "-Retry") == nil)
        #expect(scoped.sourceTopic(ofDeadLetterTopic: "A-g-Error") == "A")
        #expect(scoped.sourceTopic(ofRetryTopic: "A-Retry") == nil)
    }
}
