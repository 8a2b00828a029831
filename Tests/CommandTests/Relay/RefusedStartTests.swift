import Foundation
import KafkaTestBroker
import Testing

/// Starts that must not succeed, each with its exit status and a word about why.
@Suite struct RefusedStartTests {
    @Test(.broker(requires: .transactions)) func aTwinOfTheSameInstanceEndsTheOlderOne() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("twin", servers: servers)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms"])
        try await Daemon.run(arguments) { older in
            try await older.ready()
            try await TestWriter(servers).write((0..<100).map { TestRecord(to: topics.retry, number: $0) })
            try await Daemon.run(arguments) { younger in
                #expect(try await older.end(within: .seconds(20)) == .exit(78))
                #expect(older.errorLines.contains { $0.contains("--instance") }, "\(older.errorLines)")
                try await younger.ready()
                try await TestWriter(servers).write((100..<200).map { TestRecord(to: topics.retry, number: $0) })
                let found = await (try Ledger(topics)).read(200)
                #expect(found.compactMap(\.number).sorted() == Array(0..<200))
                _ = try await younger.account()
            }
        }
    }

    @Test(.broker(requires: .transactions)) func progressOfANewerVersionEndsIt() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("newer", servers: servers)
        try await TestWriter(servers).write((0..<3).map { TestRecord(to: topics.retry, number: $0) })
        try await topics.commit(1, metadata: "kr2 whatever it is", group: topics.source, topics.retry, 0)
        let result = try await Daemon.result(of: Daemon.relay(topics, group: topics.source), within: .seconds(40))
        #expect(result.ending == .exit(78) && result.errors.contains { $0.contains("newer version") }, "\(result)")
        #expect(try await topics.committed(group: topics.source, topics.retry, 0).metadata == "kr2 whatever it is")
        #expect(try await Ledger.all([topics.source, topics.deadLetter], partitions: 1, servers: servers).isEmpty)
    }

    @Test func withoutABrokerItEndsWithinItsTime() async throws {
        let arguments = ["run", "--bootstrap-server", "127.0.0.1:1", "--topic", "T", "--startup-timeout", "2s"]
        // Less than the 30 s that it would take by default.
        let result = try await Daemon.result(of: arguments, within: .seconds(25))
        #expect(result.ending == .exit(69), "\(result)")
    }

    @Test(.broker(requires: .transactions)) func aMissingTopicThatMayNotBeMadeEndsIt() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try TestTopics("absent", servers: servers)
        try await topics.create(topics.source, 1)
        let result = try await Daemon.result(of: Daemon.relay(topics, group: topics.source, ["--no-create-topics"]))
        #expect(result.ending == .exit(73) && result.errors.contains { $0.contains(topics.retry) }, "\(result)")
        #expect(try await topics.partitionCount(topics.retry) == nil)
    }

    @Test(.broker(requires: .transactions, .topicConfiguration)) func aCompactedRetryTopicIsRefused() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("compacted", servers: servers, retry: ["cleanup.policy": "compact"])
        let result = try await Daemon.result(of: Daemon.relay(topics, group: topics.source))
        #expect(result.ending == .exit(78) && result.errors.contains { $0.contains(topics.retry) && $0.contains("compact") }, "\(result)")
    }
}
