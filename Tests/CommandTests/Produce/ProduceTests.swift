import Foundation
import KafkaTestBroker
import Testing

/// `kafka-retry produce`, from outside.
@Suite(.serialized) struct ProduceTests {
    private struct Run {
        var ending: Daemon.Ending
        var account: [String: Int]
        var output: [String]
        var errors: [String]

        /// Whether what came in is what became of it.
        var addsUp: Bool {
            let ends = ["delivered", "dead_lettered", "spooled", "failed", "ambiguous"].compactMap { account[$0] }
            return (account["read"] ?? -1) + (account["replayed"] ?? -1) == ends.reduce(0, +)
        }
    }

    private func produce(
        _ servers: String, _ arguments: [String], lines: [String], within limit: Duration = .seconds(60)
    ) async throws -> Run {
        let input = lines.map { $0 + "\n" }.joined()
        let (ending, output, errors) = try await Daemon.result(
            of: ["produce", "--bootstrap-server", servers] + arguments, input: input, within: limit)
        return Run(ending: ending, account: Self.account(output.last), output: output, errors: errors)
    }

    private static func account(_ line: String?) -> [String: Int] {
        guard let line, let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return [:] }
        return object.compactMapValues { $0 as? Int }
    }

    /// The numbers in a topic, by key, each key's in the order in which they stand there.
    private func numbers(_ topics: TestTopics, partitions: Int) async throws -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        let all = try await Ledger.all([topics.source], partitions: partitions, servers: topics.servers)
        for record in all.sorted(by: { ($0.partition, $0.offset) < ($1.partition, $1.offset) }) {
            found[String(decoding: record.key ?? [], as: UTF8.self), default: []].append(record.number ?? -1)
        }
        return found
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "produce-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test(.broker) func linesBecomeMessagesInOrder() async throws {
        let topics = try await TestTopics.create("lines", servers: try await KafkaTestBroker.shared().bootstrapServers, partitions: 3)
        let run = try await produce(
            topics.servers, ["--topic", topics.source, "--key-separator", ":"], lines: (0..<5_000).map { "k\($0 % 7):\($0)" })
        #expect(run.ending == .exit(0) && run.account["delivered"] == 5_000 && run.addsUp, "\(run)")
        let found = try await numbers(topics, partitions: 3)
        #expect(found.values.allSatisfy { $0 == $0.sorted() } && found.values.flatMap(\.self).sorted() == Array(0..<5_000))
    }

    @Test(.broker) func whatStandsBeforeABadLineIsSent() async throws {
        let topics = try await TestTopics.create("bad-line", servers: try await KafkaTestBroker.shared().bootstrapServers)
        let run = try await produce(
            topics.servers, ["--topic", topics.source, "--ndjson"], lines: [#"{"key":"k","value":"1"}"#, #"{"value":"#, #"{"value":"3"}"#])
        #expect(run.ending == .exit(65) && run.account["delivered"] == 1 && run.errors.contains { $0.contains("line 2") }, "\(run)")
    }

    @Test func aWrongCommandLineIsSaid() async throws {
        for (arguments, problem) in [
            ([], "no topic"), (["--topic", "T", "--durable"], "--spool"),
            (["--topic", "T", "--ndjson", "--key-separator", ":"], "exclude"),
            (["--topic", "T", "-X", "acks=1"], "acks cannot be set here: it is always all"),
            (["--topic", "T", "-X", "message.timeout.ms=1"], "use --deadline"),
        ] {
            let run = try await produce("127.0.0.1:1", arguments, lines: [])
            #expect(run.ending != .exit(0) && run.errors.contains { $0.contains(problem) }, "\(arguments): \(run)")
        }
        let away = try await produce("127.0.0.1:1", ["--topic", "T", "--startup-timeout", "1s"], lines: ["1"])
        #expect(away.ending == .exit(69), "\(away)")
    }

    @Test(.broker) func whatWaitsInTheSpoolIsSentFirstByTheNextRun() async throws {
        let topics = try await TestTopics.create("spooled", servers: try await KafkaTestBroker.shared().bootstrapServers, partitions: 2)
        let spool = try folder() + "/spool.db"
        let arguments = ["--topic", topics.source, "--key-separator", ":", "--spool", spool]
        let away = try await produce(
            "127.0.0.1:1", arguments + ["--deadline", "1s"], lines: (0..<3_000).map { "k\($0 % 7):\($0)" })
        #expect(away.ending == .exit(0) && away.account["delivered"] == 0 && away.addsUp, "\(away)")
        let back = try await produce(topics.servers, arguments, lines: (3_000..<4_000).map { "k\($0 % 7):\($0)" })
        #expect(
            back.ending == .exit(0) && back.account["replayed"] == 3_000 && back.account["delivered"] == 4_000 && back.addsUp, "\(back)")
        let found = try await numbers(topics, partitions: 2)
        #expect(found.values.allSatisfy { $0 == $0.sorted() }, "in order")
        #expect(found.values.flatMap(\.self).sorted() == Array(0..<4_000), "once")
    }

    @Test func twoProcessesDoNotShareASpool() async throws {
        let spool = try folder() + "/spool.db"
        // It waits for its message's deadline.
        try await Daemon.run(
            ["produce", "--bootstrap-server", "127.0.0.1:1", "--topic", "T", "--spool", spool, "--progress", "--deadline", "30s"],
            input: "1\n"
        ) { owner in
            _ = try await owner.line(containing: "progress")
            let second = try await produce("127.0.0.1:1", ["--topic", "T", "--spool", spool], lines: ["2"])
            #expect(second.ending == .exit(73) && second.errors.contains { $0.contains(spool) }, "\(second)")
        }
    }

    /// Every line of which it said that it is on disk is there in the end, in order; each run's first copies are.
    @Test(.broker, .timeLimit(.minutes(10))) func killedTwentyTimesEveryAcceptedLineArrives() async throws {
        var chance = Chance()
        let topics = try await TestTopics.create("durable", servers: try await KafkaTestBroker.shared().bootstrapServers, partitions: 3)
        let spool = try folder() + "/spool.db"
        let arguments = [
            "produce", "--bootstrap-server", topics.servers, "--topic", topics.source, "--key-separator", ":", "--spool", spool,
            "--durable",
            "--progress", "--log-level", "warning",
        ]
        var accepted: [Int] = []
        for run in 0..<20 {
            let base = run * 1_000_000
            let lines = (0..<200_000).map { "r\(run)-\($0 % 5):\(base + $0)\n" }.joined()
            let life = Duration.milliseconds(Int.random(in: 300...1_500, using: &chance))
            try await Daemon.run(arguments, input: lines) { daemon in
                try await Task.sleep(for: life)
                await daemon.kill()
                accepted.append(daemon.outputLines.reduce(0) { max($0, Self.account($1)["accepted"] ?? 0) })
            }
        }
        let last = try await produce(
            topics.servers, ["--topic", topics.source, "--key-separator", ":", "--spool", spool], lines: [], within: .seconds(120))
        #expect(last.ending == .exit(0) && last.addsUp, "seed \(chance.seed): \(last)")
        let found = try await numbers(topics, partitions: 3)
        var (total, repeated) = (0, 0)
        for (key, numbers) in found {
            var seen: Set<Int> = []
            let first = numbers.filter { seen.insert($0).inserted }
            #expect(first == first.sorted(), "seed \(chance.seed): \(key) is out of order")
            total += first.count
            repeated += numbers.count - first.count
        }
        let all = Set(found.values.flatMap(\.self))
        for (run, count) in accepted.enumerated() {
            let missing = (0..<count).filter { !all.contains(run * 1_000_000 + $0) }
            #expect(missing.isEmpty, "seed \(chance.seed), run \(run): \(missing.count) of \(count) are missing, \(missing.prefix(5))")
        }
        print(
            "produce --durable killed 20 times, seed \(chance.seed): \(accepted.reduce(0, +)) lines accepted, \(total) arrived, \(repeated) repeated"
        )
        #expect(accepted.reduce(0, +) > 0)
    }
}
