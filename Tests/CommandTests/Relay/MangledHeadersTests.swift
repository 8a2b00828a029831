import Foundation
import KafkaTestBroker
import Testing

@Suite struct MangledHeadersTests {
    /// Each record ends in the source topic, in the dead letter topic, or waits; the relay stays up, and takes an honest record afterwards.
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func aHundredThousandMangledRecordsDoNotStopIt() async throws {
        let records = 100_000
        var chance = Chance()
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("mangled", servers: servers)
        let group = KafkaTestBroker.uniqueName("mangled")
        let writer = try TestWriter(servers)
        let mangler = HeaderMangler(group: group)
        let now = TestRecord.now
        var markers = 0
        for first in stride(from: 0, to: records, by: 10_000) {
            let batch = (first..<first + 10_000).map { number in
                TestRecord(to: topics.retry, number: number, headers: mangler.headers(using: &chance, now: now))
            }
            markers += batch.count { mangler.isMarker($0.headers) }
            try await writer.write(batch)
        }
        let forged = markers
        try await Daemon.run(Daemon.relay(topics, group: group, ["--delays", "10ms,20ms,30ms"])) { daemon in
            try await daemon.ready()
            let ledger = try Ledger(topics)
            // Behind all of them in its partition.
            try await writer.write([TestRecord(to: topics.retry, number: records)])
            let found = await ledger.read(within: .seconds(60)) { $0.contains { $0.number == records } }
            #expect(found.contains { $0.number == records }, "seed \(chance.seed): an honest record did not come through")
            let account = try await daemon.account()
            let all = try await Ledger.all([topics.source, topics.deadLetter], partitions: 1, servers: servers)
            let numbers = all.compactMap(\.number)
            print("mangled, seed \(chance.seed): \(account)")
            #expect(Set(numbers).count == numbers.count, "seed \(chance.seed): some are repeated")
            #expect(Set(numbers).count == all.count, "seed \(chance.seed): a value was changed")
            #expect(all.count == (account["republished"] ?? 0) + (account["dead_lettered"] ?? 0), "seed \(chance.seed)")
            // What names another group, or a marker of ours, is not a message of this group.
            #expect(
                all.count + (account["waiting"] ?? 0) + (account["passed_over"] ?? 0) + forged
                    == records + 1, "seed \(chance.seed): \(account)")
            #expect(
                (account["republished"] ?? 0) > records / 20 && (account["dead_lettered"] ?? 0) > records / 20,
                "seed \(chance.seed): \(account)")
        }
    }
}
