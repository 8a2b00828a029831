import Foundation
import KafkaRetry
import KafkaRetrySpool
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// A producer under load while brokers die, freeze and lose answers: what it tells is what stands in the topic.
@Suite(.serialized) struct ProducerOutageTests {
    private enum Trouble: CaseIterable {
        case killed, frozen, answersLost, reset, slow, narrow

        /// Does it to a broker for `time`, and undoes it.
        func strike(_ number: Int, _ cluster: KafkaTestBroker, for time: Duration) async throws {
            guard let proxy = cluster.toxiproxy else { return }
            let name = "broker-\(number)"
            switch self {
            case .killed:
                try await cluster.kill(number)
                try await Task.sleep(for: time)
                try await cluster.restart(number)
            case .frozen:
                try await cluster.pause(number)
                try await Task.sleep(for: time)
                try await cluster.resume(number)
            case .answersLost:
                try await proxy.add("lost", kind: "timeout", to: name, attributes: ["timeout": 0])
                try await Task.sleep(for: time)
                try await proxy.remove("lost", from: name)
            case .reset:
                try await proxy.add("reset", kind: "reset_peer", to: name, attributes: ["timeout": 100])
                try await Task.sleep(for: time)
                try await proxy.remove("reset", from: name)
            case .slow:
                try await proxy.add("slow", kind: "latency", to: name, attributes: ["latency": 200, "jitter": 50])
                try await Task.sleep(for: time)
                try await proxy.remove("slow", from: name)
            case .narrow:
                try await proxy.add("narrow", kind: "bandwidth", to: name, stream: .upstream, attributes: ["rate": 10])
                try await Task.sleep(for: time)
                try await proxy.remove("narrow", from: name)
            }
        }
    }

    @Test(.broker(requires: .control, .proxy), .timeLimit(.minutes(8))) func throughAnythingItTellsTheTruth() async throws {
        var chance = Chance()
        let seed = chance.seed
        let settings = ["default.replication.factor": "3", "min.insync.replicas": "2"]
        try await KafkaTestBroker.withDedicated(brokers: 3, settings: settings, proxied: true) { cluster in
            let bench = try await ProducerBench("storm", partitions: 6, configuration: ["min.insync.replicas": "2"], broker: cluster)
            let path = NSTemporaryDirectory() + "storm-\(UUID().uuidString).db"
            let spool = try await SpoolFile.open(path)
            let producer = try await bench.producer { configuration in
                configuration.deadline = .seconds(6)
                configuration.spool = spool
                configuration.whenBreakerOpen = .recover
                configuration.properties["socket.timeout.ms"] = "5000"
            }
            let troubles = (0..<10).map { _ in
                (
                    Trouble.allCases.randomElement(using: &chance) ?? .killed, Int.random(in: 1...3, using: &chance),
                    Duration.milliseconds(Int.random(in: 1_000...8_000, using: &chance))
                )
            }
            let isOver = Atomic(false)
            async let load = Self.load(producer, bench, until: { isOver.load(ordering: .relaxed) })
            for (trouble, number, time) in troubles { try await trouble.strike(number, cluster, for: time) }
            isOver.store(true, ordering: .relaxed)
            let receipts = try await load
            let account = await producer.close(within: .seconds(60))
            await spool.close()
            var outcomes: [Result<SendOutcome, SendError>] = []
            for receipt in receipts {
                do throws(SendError) { outcomes.append(.success(try await receipt.outcome)) } catch { outcomes.append(.failure(error)) }
            }
            let found = try await bench.written(partitions: 6)
            let copies = Dictionary(found.compactMap(\.number).map { ($0, 1) }, uniquingKeysWith: +)
            let story = "seed \(seed), \(troubles.map { "\($0.0) \($0.1)" }): \(account)"
            print("producer storm, \(story); \(copies.values.filter { $0 > 1 }.count) repeated, \(bench.log.all.count) lines")
            #expect(account.read == receipts.count && account.read + account.replayed == account.ended, "\(story)")
            // Only what was written out of order has no place in the spool.
            #expect(account.failed <= account.read / 100, "\(story)")
            var (missing, lies, uncertain): ([Int], [Int], Set<Int>) = ([], [], [])
            for (number, outcome) in outcomes.enumerated() {
                switch outcome {
                case .success(.delivered), .success(.spooled): if copies[number] == nil { missing.append(number) }
                case .failure(let error) where error.persistence == .notWritten: if copies[number] != nil { lies.append(number) }
                case .failure: uncertain.insert(number)
                case .success: Issue.record("\(number): \(outcome)")
                }
            }
            #expect(missing.isEmpty, "\(story): \(missing.count) missing, \(missing.prefix(5))")
            #expect(lies.isEmpty, "\(story): \(lies.count) said to be not written, \(lies.prefix(5))")
            #expect(copies.values.filter { $0 > 1 }.count <= account.possiblyTwice + uncertain.count, "\(story)")
            // First copies, in the order of the log; what nobody knows of may stand anywhere.
            var seen: Set<Int> = []
            let first = found.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }.filter { record in
                record.number.map { !uncertain.contains($0) && seen.insert($0).inserted } ?? false
            }
            #expect(bench.isInOrder(first), "\(story)")
        }
    }

    /// Some 1,000 messages a second.
    private static func load(
        _ producer: RetryingProducer, _ bench: ProducerBench, until isOver: @Sendable () -> Bool
    ) async throws -> [SendReceipt] {
        var receipts: [SendReceipt] = []
        while !isOver() {
            for _ in 0..<20 {
                receipts.append(try await producer.enqueue(bench.message(receipts.count, key: "k\(receipts.count % 40)")))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return receipts
    }
}
