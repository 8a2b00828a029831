import KafkaTestBroker
import RDKafka
import Testing

/// A rebalance may be answered long after the drain that delivered it, the design's "The commit", rule 2.
@Suite(.broker(requires: .cooperativeSticky)) @GroupThread struct LateAnswerTests {
    private nonisolated static let cooperative: RDKafkaConfiguration = ["partition.assignment.strategy": "cooperative-sticky"]
    private nonisolated static let eager: RDKafkaConfiguration = ["partition.assignment.strategy": "range"]

    @Test func aCooperativeAssignMayBeAnsweredThreeSecondsLater() async throws {
        let topic = try await TestTopic()
        try topic.producer.write(["0", "1", "2", "3"], to: topic.name)
        let member = try topic.consumer(Self.cooperative)
        try member.consumer.subscribe([topic.name])
        #expect(member.drain { !$0.rebalances.isEmpty })
        #expect(member.rebalances == [.assign([topic[0]])])
        #expect(member.consumer.rebalanceProtocol == .cooperative)
        member.drain(for: .seconds(3))
        #expect(member.received.isEmpty && member.rebalances.count == 1)
        try member.consumer.incrementalAssign([topic[0]: .offset(2)])
        #expect(member.drain { $0.received.count == 2 })
        #expect(member.received.map(\.text) == ["2", "3"])
        try member.consumer.close()
    }

    @Test func anEagerAssignMayBeAnsweredThreeSecondsLater() async throws {
        let topic = try await TestTopic()
        try topic.producer.write(["0", "1"], to: topic.name)
        let member = try topic.consumer(Self.eager)
        try member.consumer.subscribe([topic.name])
        #expect(member.drain { !$0.rebalances.isEmpty })
        #expect(member.consumer.rebalanceProtocol == .eager)
        member.drain(for: .seconds(3))
        #expect(member.received.isEmpty)
        try member.consumer.assign([topic[0]: .offset(1)])
        #expect(member.drain { $0.received.count == 1 })
        #expect(member.received.map(\.text) == ["1"])
        try member.consumer.close()
    }

    @Test(arguments: [cooperative, eager]) func aRevokeMayBeAnsweredThreeSecondsLater(_ assignor: RDKafkaConfiguration) async throws {
        let topic = try await TestTopic(partitions: 2)
        for partition: Int32 in [0, 1] { try topic.producer.write(["early"], to: topic.name, partition: partition) }
        let older = try topic.consumer(assignor)
        older.onRebalance = { consumer, event in if case .assign = event { try consumer.answer(event) } }
        try older.consumer.subscribe([topic.name])
        #expect(older.drain { $0.received.count == 2 })

        let newer = try topic.consumer(assignor)
        newer.onRebalance = { consumer, event in try consumer.answer(event) }
        try newer.consumer.subscribe([topic.name])
        #expect(
            older.drain {
                newer.drain()
                return $0.rebalances.count == 2
            })
        let revoked = try #require(older.rebalances.last)
        guard case .revoke(let partitions) = revoked else {
            Issue.record("\(revoked)")
            return
        }
        // Nothing is fetched meanwhile, from partitions that stay neither; the newer member gets nothing.
        for partition: Int32 in [0, 1] { try topic.producer.write(["late"], to: topic.name, partition: partition) }
        older.drain(for: .seconds(3))
        newer.drain()
        #expect(older.received.count == 2)
        #expect(newer.rebalances.allSatisfy { $0.partitions.isEmpty })

        try older.consumer.answer(revoked)
        #expect(
            newer.drain {
                older.drain()
                return $0.received.count == 2
            })
        #expect(newer.received.map(\.text) == ["early", "late"])
        if older.consumer.rebalanceProtocol == .cooperative {
            let kept = try #require([topic[0], topic[1]].first { !partitions.contains($0) })
            #expect(older.drain { $0.received.count == 3 })
            #expect(older.received.last?.partition == kept && older.received.last?.text == "late")
        }
        try older.consumer.close()
        try newer.consumer.close()
    }

    @Test(arguments: [cooperative, eager]) func aMembershipLostBeforeTheAnswerIsSeenByTheMemberId(
        _ assignor: RDKafkaConfiguration
    ) async throws {
        let topic = try await TestTopic()
        try topic.producer.write(["0", "1"], to: topic.name)
        let slow = try topic.consumer(assignor.merging(["max.poll.interval.ms": "6000"]))
        try slow.consumer.subscribe([topic.name])
        #expect(slow.drain { !$0.rebalances.isEmpty })
        #expect(slow.consumer.memberId != nil)
        _ = try slow.consumer.groupMetadata()

        // The group waits for the unanswered member as long as max.poll.interval.ms allows, then goes on without it.
        let other = try topic.consumer(assignor.merging(["max.poll.interval.ms": "6000"]))
        other.onRebalance = { consumer, event in try consumer.answer(event) }
        try other.consumer.subscribe([topic.name])
        #expect(other.drain(for: .seconds(30)) { $0.received.count == 2 })
        #expect(
            slow.drain {
                other.drain()
                return $0.consumer.memberId == nil
            })
        #expect(slow.rebalances == [.assign([topic[0]])] && slow.events.isEmpty)
        #expect(#expect(throws: RDKafkaError.self) { try slow.consumer.groupMetadata() }?.code == .unknownMemberId)

        slow.onRebalance = { consumer, event in try consumer.answer(event) }
        if slow.consumer.rebalanceProtocol == .cooperative {
            try slow.consumer.incrementalAssign([:])
        } else {
            try slow.consumer.assign([:])
        }
        #expect(
            slow.drain {
                other.drain()
                return $0.consumer.memberId != nil && $0.rebalances.count > 2
            })
        #expect(slow.rebalances[1] == .lost([topic[0]]))
        if case .assign = slow.rebalances[2] {} else { Issue.record("\(slow.rebalances)") }
        try slow.consumer.close()
        try other.consumer.close()
    }

    @Test(arguments: [cooperative, eager]) func closingBeforeTheAnswerDoesNotHang(_ assignor: RDKafkaConfiguration) async throws {
        let topic = try await TestTopic()
        let member = try topic.consumer(assignor)
        try member.consumer.subscribe([topic.name])
        #expect(member.drain { !$0.rebalances.isEmpty })
        try member.consumer.close()
        #expect(try topic.admin.describeGroup(topic.group, timeout: .seconds(20)).members.isEmpty)
    }
}

extension RDKafkaConsumer {
    /// Answers as most applications would, at once and from the log's start.
    func answer(_ event: RDKafkaRebalance) throws {
        switch (event, rebalanceProtocol) {
        case (.assign(let partitions), .cooperative):
            try incrementalAssign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
        case (.assign(let partitions), _): try assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
        case (.revoke(let partitions), .cooperative), (.lost(let partitions), .cooperative): try incrementalUnassign(partitions)
        default: try unassign()
        }
    }
}
