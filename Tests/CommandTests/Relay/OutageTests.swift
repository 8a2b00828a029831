import Foundation
import KafkaTestBroker
import Testing

/// Brokers that freeze, die, and whose answers get lost.
@Suite(.serialized) struct OutageTests {
    private struct Run {
        var broker: KafkaTestBroker
        var daemon: Daemon
        var costs: [String] = []
        /// When nobody could relay, milliseconds since 1970.
        var outages: [ClosedRange<Int64>] = []

        /// CPU time of the daemon while `trouble` lasts, bounded far below that of a loop that never rests; librdkafka's own threads apart.
        mutating func during(_ name: String, _ seconds: Double, _ begin: () async throws -> Void, _ end: () async throws -> Void)
            async throws
        {
            let begun = TestRecord.now
            try await begin()
            let (clock, start) = (ContinuousClock.now, try daemon.threadSeconds())
            try await Task.sleep(for: .seconds(seconds))
            let threads = Dictionary(uniqueKeysWithValues: try daemon.threadSeconds().map { ($0, max(0, $1 - (start[$0] ?? 0))) })
            let (time, cpu) = (ContinuousClock.now - clock, threads.values.reduce(0, +))
            let ours = threads.reduce(0) { $1.key.hasPrefix("rdk:") ? $0 : $0 + $1.value }
            try await end()
            outages.append(begun...TestRecord.now)
            costs.append("\(name): \(String(format: "%.2f", cpu)) CPU s in \(String(format: "%.1f", time / .seconds(1))) s")
            let busiest = threads.sorted { $0.value > $1.value }.prefix(4).map { "\($0.key) \($0.value)" }
            #expect(ours < 0.2 * (time / .seconds(1)) && cpu < 0.5 * (time / .seconds(1)), "\(costs), \(busiest)")
        }
    }

    /// Records with random due times over `spread`; `troubles` happen meanwhile.
    private func survive(
        _ broker: KafkaTestBroker, records: Int, spread: Duration, _ troubles: (inout Run) async throws -> Void
    ) async throws {
        var chance = Chance()
        let topics = try await TestTopics.create("outage", servers: broker.directServers, partitions: 3)
        let arguments = Daemon.relay(topics, group: topics.source, servers: broker.bootstrapServers, level: "debug")
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let now = TestRecord.now
            var due: [Int: Int64] = [:]
            let batch = (0..<records).map { number in
                let time = now + 1_000 + Int64.random(in: 0...Int64(spread / .milliseconds(1)), using: &chance)
                due[number] = time
                return TestRecord(to: topics.retry, Int32.random(in: 0..<3, using: &chance), number: number, headers: [.due(time)])
            }
            try await TestWriter(broker.directServers).write(batch)
            var run = Run(broker: broker, daemon: daemon)
            do { try await troubles(&run) } catch {
                Issue.record("seed \(chance.seed): \(error), \(run.costs), log: \(daemon.keepLog())")
                throw error
            }
            let ledger = try Ledger(topics, partitions: 3)
            await ledger.read(records, within: spread + .seconds(60))
            let account = try await daemon.account()
            let verdict = Verdict(
                try await Ledger.all([topics.source, topics.deadLetter], partitions: 3, servers: broker.directServers), due: due,
                outages: run.outages)
            print("outage, seed \(chance.seed): \(verdict); \(run.costs.joined(separator: ", "))")
            let log = verdict.isClean && verdict.latest < 25_000 ? "" : "log: \(daemon.keepLog())"
            #expect(verdict.isClean, "seed \(chance.seed): \(verdict) \(log)")
            #expect(verdict.latest < 25_000, "seed \(chance.seed): \(verdict) \(log)")
            #expect(account["waiting"] == 0 && account["lost"] == 0 && account["held"] == 0, "\(account)")
        }
    }

    @Test(.broker(requires: .control), .timeLimit(.minutes(5)))
    func aBrokerFrozenAndThenAwayCostsNothingButTime() async throws {
        try await KafkaTestBroker.withDedicated { broker in
            try await survive(broker, records: 6_000, spread: .seconds(60)) { run in
                try await Task.sleep(for: .seconds(3))
                try await run.during("frozen", 20) {
                    try await broker.pause(1)
                } _: {
                    try await broker.resume(1)
                }
                try await Task.sleep(for: .seconds(8))
                try await run.during("away", 20) {
                    try await broker.kill(1)
                } _: {
                    try await broker.restart(1)
                }
            }
        }
    }

    @Test(.broker(requires: .control, .proxy), .timeLimit(.minutes(5))) func oneOfThreeKilledAndLostAnswersCostNothingButTime() async throws
    {
        try await KafkaTestBroker.withDedicated(brokers: 3, proxied: true) { broker in
            let proxy = try #require(broker.toxiproxy)
            try await survive(broker, records: 6_000, spread: .seconds(55)) { run in
                try await Task.sleep(for: .seconds(3))
                try await run.during("one of three killed", 10) {
                    try await broker.kill(2)
                } _: {
                    try await broker.restart(2)
                }
                for number in [1, 3] {
                    try await run.during("answers of broker \(number) lost", 12) {
                        try await proxy.add("lost", kind: "timeout", to: "broker-\(number)", attributes: ["timeout": 0])
                    } _: {
                        try await proxy.remove("lost", from: "broker-\(number)")
                    }
                }
            }
        }
    }

    /// Of the source topic each partition is on one broker alone.
    @Test(.broker(requires: .control), .timeLimit(.minutes(5))) func aPartitionWithoutALeaderHoldsUpItsOwnRecordsAlone() async throws {
        try await KafkaTestBroker.withDedicated(brokers: 3) { broker in
            let topics = try TestTopics("leaderless", servers: broker.directServers)
            try await topics.create(topics.source, 3, replicas: 1)
            try await topics.create(topics.retry, 3, ["retention.ms": "-1"])
            try await topics.create(topics.deadLetter, 3)
            let writer = try TestWriter(broker.directServers)
            func write(_ numbers: Range<Int>) async throws {
                let now = TestRecord.now
                // Due over some seconds, so that every batch would hold some for each partition.
                try await writer.write(
                    numbers.map { TestRecord(to: topics.retry, Int32($0 % 3), number: $0, headers: [.due(now + Int64($0 % 100) * 100)]) })
            }
            try await Daemon.run(Daemon.relay(topics, group: topics.source, servers: broker.bootstrapServers)) { daemon in
                try await daemon.ready()
                try await write(0..<30)
                let ledger = try Ledger(topics, partitions: 3)
                #expect(await ledger.read(30, within: .seconds(40)).count == 30)
                try await broker.kill(2)
                let begin = ContinuousClock.now
                try await write(30..<330)
                let alive = await ledger.read(30 + 200, within: .seconds(90)).count
                print("without one leader of three: \(alive - 30) of 300 records in \(ContinuousClock.now - begin)")
                #expect(alive == 230, "\(daemon.errorLines.dropFirst(8).joined(separator: "\n"))")
                _ = try await daemon.errorLine(containing: "\(topics.source)[", within: .seconds(30))
                try await broker.restart(2)
                #expect(await ledger.read(330, within: .seconds(60)).count == 330)
                let account = try await daemon.account(within: .seconds(40))
                #expect(account["republished"] == 330 && account["waiting"] == 0, "\(account)")
            }
        }
    }
}
