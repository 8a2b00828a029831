import Foundation
import KafkaTestBroker
import Testing

@Suite(.serialized) struct CompletionMarkerTests {
    /// Random due times leave thousands of holes behind the low-water mark, more than offset metadata has room for.
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func manyRandomDuesInOnePartitionSurviveKills() async throws {
        var chance = Chance()
        let records = 50_000
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("markers", servers: servers)
        let group = KafkaTestBroker.uniqueName("markers")
        let arguments = Daemon.relay(topics, group: group, level: "debug")
        let now = TestRecord.now
        var due: [Int: Int64] = [:]
        let batch = (0..<records).map { number in
            let time = now + 3_000 + Int64.random(in: 0...30_000, using: &chance)
            due[number] = time
            return TestRecord(to: topics.retry, number: number, headers: [.due(time)])
        }
        try await TestWriter(servers).write(batch)

        var (written, used): (Int, [String]) = (0, [])
        for _ in 0..<5 {
            try await Daemon.run(arguments) { daemon in
                _ = try await daemon.errorLine(containing: "a completion marker was written")
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...2_500, using: &chance)))
                await daemon.kill()
                written += daemon.said("a completion marker was written").count
                used += daemon.said("marker=true")
            }
        }
        let start = TestRecord.now
        try await Daemon.run(arguments) { daemon in
            let ledger = try Ledger(topics)
            await ledger.read(records, within: .seconds(60))
            let account = try await daemon.account()
            #expect(account["waiting"] == 0 && account["lost"] == 0, "\(account)")
            written += daemon.said("a completion marker was written").count
            used += daemon.said("marker=true")
        }
        let verdict = Verdict(
            try await Ledger.all([topics.source, topics.deadLetter], partitions: 1, servers: servers), due: due, notBefore: start)
        print("markers, seed \(chance.seed): \(written) written, \(used.count) restores used one; \(verdict)")
        #expect(verdict.isClean, "seed \(chance.seed): \(verdict)")
        #expect(verdict.latest < 15_000, "seed \(chance.seed): \(verdict)")
        #expect(written >= 5 && used.count >= 3, "seed \(chance.seed): \(written) markers written, used: \(used)")
    }
}
