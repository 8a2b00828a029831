import Foundation
import KafkaTestBroker
import Testing

/// What operators do to topics and offsets under a running relay.
@Suite struct TopicChangesTests {
    private static let often = ["-X", "topic.metadata.refresh.interval.ms=1000"]

    @Test(.broker(requires: .transactions)) func aRetryTopicMadeAnewIsReadFromItsStart() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("anew", servers: servers)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms"] + Self.often)
        let hour = TestRecord.now + 3_600_000
        let old = (0..<50).map { TestRecord(to: topics.retry, number: $0, headers: $0 < 30 ? [] : [.due(hour)]) }
        try await TestWriter(servers).write(old)
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let ledger = try Ledger(topics)
            await ledger.read(30)
            try await topics.delete(topics.retry)
            try await topics.createWhenGone(topics.retry, 1, ["retention.ms": "-1"])
            // Fewer than the old one had, so that the group's offset lies beyond the end.
            try await TestWriter(servers).write((100..<110).map { TestRecord(to: topics.retry, number: $0) })
            let found = await ledger.read(40, within: .seconds(40))
            #expect(
                Set(found.compactMap(\.number)) == Set(0..<30).union(100..<110), "\(daemon.errorLines.suffix(20).joined(separator: "\n"))")
            #expect(!daemon.said("the topic was made anew").isEmpty, "log: \(daemon.keepLog())")
            let account = try await daemon.account()
            #expect(account["republished"] == 40 && account["waiting"] == 0 && account["lost"] == 20, "\(account)")
        }
    }

    @Test(.broker(requires: .transactions)) func aRetryTopicMadeAnewWhileNobodyRanIsReadFromItsStart() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("anew", servers: servers)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms"])
        try await TestWriter(servers).write((0..<50).map { TestRecord(to: topics.retry, number: $0) })
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            await (try Ledger(topics)).read(50)
            _ = try await daemon.account()
        }
        try await topics.delete(topics.retry)
        try await topics.createWhenGone(topics.retry, 1, ["retention.ms": "-1"])
        try await TestWriter(servers).write((100..<110).map { TestRecord(to: topics.retry, number: $0) })
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let found = await (try Ledger(topics)).read(60)
            #expect(Set(found.compactMap(\.number)) == Set(0..<50).union(100..<110), "\(daemon.errorLines)")
            let account = try await daemon.account()
            #expect(account["republished"] == 10, "\(account)")
        }
    }

    @Test(.broker(requires: .transactions)) func addedPartitionsAreTakenFromTheirStart() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("added", servers: servers)
        try await Daemon.run(Daemon.relay(topics, group: topics.source, ["--delays", "50ms"] + Self.often)) { daemon in
            try await daemon.ready()
            try await TestWriter(servers).write((0..<10).map { TestRecord(to: topics.retry, number: $0) })
            for topic in [topics.source, topics.retry, topics.deadLetter] { try await topics.addPartitions(topic, total: 3) }
            try await TestWriter(servers).write((10..<40).map { TestRecord(to: topics.retry, Int32($0 % 3), number: $0) })
            let ledger = try Ledger(topics, partitions: 3)
            let found = await ledger.read(40, within: .seconds(40))
            #expect(found.compactMap(\.number).sorted() == Array(0..<40), "\(daemon.errorLines.suffix(20).joined(separator: "\n"))")
            let account = try await daemon.account()
            #expect(account["republished"] == 40 && account["lost"] == 0, "\(account)")
        }
    }

    @Test(.broker(requires: .transactions, .deleteRecords)) func recordsDeletedAtTheHeadAreCountedLost() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("head", servers: servers)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms"])
        let hour = TestRecord.now + 3_600_000
        let records = (0..<50).map { TestRecord(to: topics.retry, number: $0, headers: $0 < 20 ? [.due(hour)] : []) }
        try await TestWriter(servers).write(records)
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            await (try Ledger(topics)).read(30)
            let account = try await daemon.account()
            #expect(account["waiting"] == 20, "\(account)")
        }
        try await topics.deleteRecords(topics.retry, 0, before: 12)
        try await TestWriter(servers).write([TestRecord(to: topics.retry, number: 50)])
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let found = await (try Ledger(topics)).read(31)
            #expect(Set(found.compactMap(\.number)) == Set(20...50) && found.count == 31)
            let said = daemon.said("records were deleted before they could be handled")
            #expect(said.count == 1 && said[0].contains("count=12"), "\(daemon.errorLines)")
            let account = try await daemon.account()
            #expect(account["lost"] == 12 && account["waiting"] == 8 && account["republished"] == 1, "\(account)")
        }
    }

    @Test(.broker(requires: .transactions, .staticMembers)) func aResetOffsetReplaysFromThere() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("reset", servers: servers)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms", "-X", "session.timeout.ms=6000"])
        try await TestWriter(servers).write((0..<20).map { TestRecord(to: topics.retry, number: $0) })
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            await (try Ledger(topics)).read(20)
            _ = try await daemon.account()
        }
        // Kafka takes a reset only while the group is empty, which a static member leaves it when its session has timed out.
        try await topics.commitWhenEmpty(15, metadata: "", group: topics.source, topics.retry, 0)
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let found = await (try Ledger(topics)).read(25)
            #expect(found.compactMap(\.number) == Array(0..<20) + Array(15..<20))
            #expect(daemon.said("restored").contains { $0.contains("offset=15") }, "\(daemon.errorLines)")
            let account = try await daemon.account()
            #expect(account["republished"] == 5 && account["lost"] == 0, "\(account)")
        }
    }
}
