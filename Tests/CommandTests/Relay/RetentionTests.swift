import KafkaTestBroker
import Testing

/// Retry topics whose brokers keep records for less long than those wait.
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

    /// Brokers let go of the heads of logs all the time, and some records wait for longer than they keep any.
    @Test(.broker(requires: .transactions, .topicConfiguration, .control), .timeLimit(.minutes(5)))
    func whatWaitsLongerThanItIsKeptIsWrittenAgainInTime() async throws {
        var chance = Chance()
        let retention: Int64 = 60_000
        let settings = ["log.retention.check.interval.ms": "1000", "log.initial.task.delay.ms": "1000"]
        try await KafkaTestBroker.withDedicated(settings: settings) { broker in
            let servers = broker.bootstrapServers
            let topics = try await TestTopics.create(
                "expiry", servers: servers, retry: ["retention.ms": String(retention), "segment.ms": "2000"])
            let watch = try LogWatch(topics, group: topics.source)
            let relay = Daemon.relay(topics, group: topics.source)
            let due = try await Daemon.run(relay) { daemon in
                try await daemon.ready()
                let writer = PacedWriter(records: 1_500, over: .seconds(10), batch: 20)
                let due = try await writer.write(to: servers) { number, now in
                    let longest: Int64 = [2_000, 2_000, 20_000, 62_000][number % 4]
                    let due = number % 40 == 3 ? now + 62_000 : now + Int64.random(in: 1_000...longest, using: &chance)
                    let value = Array("\(number) ".utf8) + [UInt8](repeating: 120, count: Int.random(in: 100...800, using: &chance))
                    return (TestRecord(to: topics.retry, value: value, headers: [.due(due)]), .at(due))
                }
                // What its memory holds alone is lost with it.
                try await watch.look(until: { $0.logStart > 0 })
                return due
            }
            try await Daemon.run(relay) { daemon in
                try await daemon.ready()
                try await watch.look(until: { _ in TestRecord.now > (due.values.max() ?? 0) })
                let verdict = Verdict(await (try Ledger(topics)).read(due.count), due: due)
                let account = try await daemon.account()
                let seen = await watch.seen
                print("expiry, seed \(chance.seed): \(verdict); \(seen)")
                #expect(verdict.isClean, "seed \(chance.seed): \(verdict); log: \(daemon.keepLog())")
                #expect(account["waiting"] == 0 && account["lost"] == 0, "seed \(chance.seed): \(account)")
                #expect(seen.logStart > 0, "no head was let go of: \(seen)")
                #expect(seen.cleaned > 0 && seen.bytesCleaned + seen.markerBytes < 2 * seen.bytesIn, "seed \(chance.seed): \(seen)")
                #expect(seen.oldestHead < retention, "seed \(chance.seed): \(seen)")
            }
        }
    }
}
