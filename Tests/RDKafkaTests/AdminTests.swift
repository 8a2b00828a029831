import KafkaTestBroker
import RDKafka
import Testing

@Suite(.broker(requires: .topicConfiguration)) @BlockingThread struct AdminTests {
    private let timeout = Duration.seconds(30)

    @Test func aTopicIsCreatedDescribedGrownAndDeleted() async throws {
        let topic = try await TestTopic(partitions: 2, configuration: ["retention.ms": "123456"])
        let admin = topic.admin
        #expect(
            try admin.describe(topic: topic.name, timeout: timeout) == .init(name: topic.name, partitionCount: 2, replicationFactor: 1))
        let settings = try admin.configuration(topic: topic.name, timeout: timeout)
        #expect(settings["retention.ms"] == .some(.init("123456", isDefault: false)))
        #expect(settings["cleanup.policy"]?.isDefault == true)
        try admin.createPartitions(topic: topic.name, total: 5, timeout: timeout)
        #expect(polled { (try? admin.describe(topic: topic.name, timeout: timeout))??.partitionCount == 5 })
        let fewer = #expect(throws: RDKafkaError.self) { try admin.createPartitions(topic: topic.name, total: 3, timeout: timeout) }
        #expect(fewer?.code == .invalidPartitions)
        let twice = #expect(throws: RDKafkaError.self) { try admin.create(.init(topic.name, partitionCount: 1), timeout: timeout) }
        #expect(twice?.code == .topicAlreadyExists && twice?.message.contains(topic.name) == true)
        try admin.delete(topic: topic.name, timeout: timeout)
        let end = ContinuousClock.now + timeout
        while try admin.describe(topic: topic.name, timeout: timeout) != nil, ContinuousClock.now < end {}
        #expect(try admin.describe(topic: topic.name, timeout: timeout) == nil)
    }

    @Test func askingForAMissingTopicDoesNotCreateIt() async throws {
        let admin = try RDKafkaAdmin(["bootstrap.servers": try await KafkaTestBroker.shared().bootstrapServers])
        let name = KafkaTestBroker.uniqueName("missing")
        #expect(try admin.describe(topic: name, timeout: timeout) == nil)
        #expect(try admin.describe(topic: name, timeout: timeout) == nil)
        let read = #expect(throws: RDKafkaError.self) { try admin.configuration(topic: name, timeout: timeout) }
        let deleted = #expect(throws: RDKafkaError.self) { try admin.delete(topic: name, timeout: timeout) }
        #expect(read?.code == .unknownTopicOrPart && deleted?.code == .unknownTopicOrPart)
    }

    @Test func aTopicMayOnlyBeTriedOut() async throws {
        let topic = try await TestTopic()
        let name = KafkaTestBroker.uniqueName("tried")
        try topic.admin.create(.init(name, partitionCount: 1), validateOnly: true, timeout: timeout)
        #expect(try topic.admin.describe(topic: name, timeout: timeout) == nil)
        let refused = #expect(throws: RDKafkaError.self) {
            try topic.admin.create(.init(name, partitionCount: 1, configuration: ["retention.sm": "1"]), timeout: timeout)
        }
        #expect(refused?.code == .invalidConfig && refused?.message.contains("retention.sm") == true)
    }

    @Test(.broker(requires: .deleteRecords)) func recordsAreDeletedBelowAnOffset() async throws {
        let topic = try await TestTopic()
        try topic.producer.write(["0", "1", "2"], to: topic.name)
        #expect(try topic.admin.deleteRecords(before: [topic[0]: 2], timeout: timeout) == [topic[0]: 2])
        #expect(try topic.admin.queryWatermarkOffsets(topic[0], timeout: timeout) == .init(low: 2, high: 3))
    }

    @Test(.broker(requires: .describeGroups)) func aGroupsMembersAreTold() async throws {
        let topic = try await TestTopic()
        // A coordinator that has just begun is not one yet.
        #expect(polled { (try? topic.admin.describeGroup(topic.group, timeout: timeout))?.state == .dead })
        let member = try topic.consumer(["group.instance.id": "instance-7", "client.id": "seven"])
        member.onRebalance = { consumer, event in try consumer.answer(event) }
        try member.consumer.subscribe([topic.name])
        #expect(member.drain { !$0.rebalances.isEmpty })
        let group = try topic.admin.describeGroup(topic.group, timeout: timeout)
        let found = try #require(group.members.first)
        #expect(group.state == .stable && group.members.count == 1 && !group.assignor.isEmpty)
        #expect(found.groupInstanceId == "instance-7" && found.clientId == "seven" && found.assignment == [topic[0]])
        #expect(found.memberId == member.consumer.memberId)
        let busy = #expect(throws: RDKafkaError.self) { try topic.admin.deleteGroup(topic.group, timeout: timeout) }
        #expect(busy?.code == .nonEmptyGroup)
        try member.consumer.close()
    }
}
