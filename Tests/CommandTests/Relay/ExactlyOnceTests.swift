import Foundation
import KafkaTestBroker
import Testing

/// kill -9 at any moment, judged by what a `read_committed` reader finds.
@Suite(.serialized) struct ExactlyOnceTests {
    /// `CHAOS_KILLS` and `CHAOS_RECORDS` are set by `Scripts/chaos`.
    private static func number(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    @Test(.broker(requires: .transactions, .stableOffsets), .timeLimit(.minutes(max(30, number("CHAOS_KILLS", 20) / 5))))
    func killedAtRandomItLosesAndRepeatsNothing() async throws {
        let kills = Self.number("CHAOS_KILLS", 20)
        let records = Self.number("CHAOS_RECORDS", 1_000 * kills)
        var chance = Chance()
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("kills", servers: servers, partitions: 3)
        let group = KafkaTestBroker.uniqueName("kills")
        let arguments = Daemon.relay(topics, group: group, ["--delays", "200ms,1s,3s"])
        let lives = (0..<kills).map { _ in Duration.milliseconds(Int.random(in: 100...4_000, using: &chance)) }
        let time = lives.reduce(.zero, +)
        let load = Load(records: records, over: time, seed: chance.next())

        async let due = load.write(to: topics)
        var starts: [Int64] = []
        for life in lives {
            try await Daemon.run(arguments) { daemon in
                starts.append(TestRecord.now)
                try await Task.sleep(for: life)
                #expect(daemon.isRunning, "it ended by itself: \(daemon.errorLines.suffix(5))")
            }
        }
        let expected = try await due
        let (account, found) = try await Daemon.run(arguments) { daemon in
            starts.append(TestRecord.now)
            let ledger = try Ledger(topics, partitions: 3)
            await ledger.read(records, within: .seconds(40))
            return (try await daemon.account(), await ledger.records.count)
        }
        let verdict = Verdict(
            try await Ledger.all([topics.source, topics.deadLetter], partitions: 3, servers: servers), due: expected,
            notBefore: starts.last ?? 0)
        print("killed \(kills) times, seed \(chance.seed): \(verdict)")
        #expect(verdict.isClean, "seed \(chance.seed): \(verdict)")
        #expect(verdict.latest < 15_000, "seed \(chance.seed): \(verdict)")
        #expect(found == records && account["waiting"] == 0 && account["lost"] == 0 && account["held"] == 0, "\(account)")
    }
}
