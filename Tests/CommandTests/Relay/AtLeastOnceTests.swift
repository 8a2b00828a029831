import Foundation
import KafkaTestBroker
import Testing

/// `--delivery at-least-once`: what is in flight at a kill may come twice, and nothing is lost.
@Suite(.serialized) struct AtLeastOnceTests {
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func killedAtRandomItLosesNothing() async throws {
        var chance = Chance()
        let (kills, records) = (8, 8_000)
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("repeats", servers: servers, partitions: 3)
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "200ms,1s,3s", "--delivery", "at-least-once"])
        let lives = (0..<kills).map { _ in Duration.milliseconds(Int.random(in: 500...4_000, using: &chance)) }
        let load = Load(records: records, over: lives.reduce(.zero, +), seed: chance.next())
        let outputs = [topics.source, topics.deadLetter]

        async let due = load.write(to: topics)
        for life in lives {
            try await Daemon.run(arguments) { daemon in
                try await Task.sleep(for: life)
                #expect(daemon.isRunning, "it ended by itself: \(daemon.errorLines.suffix(5))")
            }
        }
        let expected = try await due
        let before = try await Ledger.all(outputs, partitions: 3, servers: servers)
        let start = TestRecord.now
        let account = try await Daemon.run(arguments) { daemon in
            let ledger = try Ledger(topics, partitions: 3)
            await ledger.read(within: .seconds(60)) { Set($0.compactMap(\.number)).count == records }
            return try await daemon.account()
        }
        let found = try await Ledger.all(outputs, partitions: 3, servers: servers)
        let verdict = Verdict(found, due: expected, notBefore: start)
        print("at least once, killed \(kills) times, seed \(chance.seed): \(verdict)")
        #expect(verdict.losesNothing, "seed \(chance.seed): \(verdict)")
        #expect(verdict.latest < 15_000, "seed \(chance.seed): \(verdict)")
        #expect(account["waiting"] == 0 && account["lost"] == 0 && account["held"] == 0, "\(account)")
        // The last life's account is what came into the topics during it.
        for (name, topic) in [("republished", topics.source), ("dead_lettered", topics.deadLetter)] {
            let came = found.count { $0.topic == topic } - before.count { $0.topic == topic }
            #expect(account[name] == came, "\(name): \(account), and \(came) came")
        }
    }
}
