import KafkaTestBroker
import Testing

/// Retry topics that are told to keep their records for less long.
@Suite struct RetentionTests {
    /// The relay looks at its topics once a minute, and writes again what is older than half the retention.
    @Test(.broker(requires: .transactions, .topicConfiguration, .tools), .timeLimit(.minutes(5)))
    func aRetentionLoweredUnderARunningRelayLosesNothing() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("retention", servers: servers)
        let due = TestRecord.now + 3_600_000
        try await TestWriter(servers).write((0..<20).map { TestRecord(to: topics.retry, number: $0, headers: [.due(due)]) })
        try await Daemon.run(Daemon.relay(topics, group: topics.source)) { daemon in
            try await daemon.ready()
            try await KafkaTools.configure(topic: topics.retry, ["retention.ms": "60000"], servers: servers)
            let ledger = try Ledger([topics.retry], partitions: 1, servers: servers)
            let found = await ledger.read(40, within: .seconds(150))
            #expect(found.count >= 40, "log: \(daemon.keepLog())")
            let again = found.dropFirst(20).prefix(20)
            #expect(again.compactMap(\.number) == Array(0..<20))
            #expect(again.allSatisfy { $0.text("X-Next-Retry-Timestamp") == String(due) })
            let account = try await daemon.account()
            #expect(account["waiting"] == 20 && account["lost"] == 0 && account["republished"] == 0, "\(account)")
        }
    }
}
