import KafkaRetry
import KafkaTestBroker
import Synchronization
import Testing

/// Which records are handled side by side, and which one after the other.
@Suite struct OrderTests {
    /// How many calls run, by lane, and the most that ever did.
    final class Gauge: Sendable {
        private let counts = Mutex<(running: [String: Int], most: [String: Int], order: [String: [String]])>(([:], [:], [:]))

        /// Counts a call in `lane` while `body` runs.
        func during(_ lane: String, _ value: String, _ body: () async throws -> Void) async rethrows {
            counts.withLock { counts in
                counts.running[lane, default: 0] += 1
                counts.most[lane] = max(counts.most[lane] ?? 0, counts.running[lane] ?? 0)
                counts.order[lane, default: []].append(value)
            }
            defer { counts.withLock { $0.running[lane, default: 0] -= 1 } }
            try await body()
        }

        func most(_ lane: String) -> Int { counts.withLock { $0.most[lane] ?? 0 } }
        func order(_ lane: String) -> [String] { counts.withLock { $0.order[lane] ?? [] } }
    }

    private func write(_ bench: ListenerBench, keys: [String], each count: Int) async throws {
        try await bench.write(
            (0..<count).flatMap { number in
                keys.map { TestRecord(to: bench.topics.source, key: Array($0.utf8), value: Array("\(number)".utf8)) }
            })
    }

    @Test(.broker(requires: .transactions)) func byPartitionOneComesAfterTheOther() async throws {
        let bench = try await ListenerBench("by-partition")
        try await write(bench, keys: ["a", "b", "c"], each: 20)
        let gauge = Gauge()
        _ = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(order: .partition)) { record, _ in
                await gauge.during("all", record.text) { await Task.yield() }
            }
        ]) { listener in
            try await eventually("all are handled") { listener.state.handled == 60 }
        }
        #expect(gauge.most("all") == 1)
        #expect(gauge.order("all") == (0..<20).flatMap { ["\($0)", "\($0)", "\($0)"] })
    }

    @Test(.broker(requires: .transactions)) func byKeyEachKeyHasItsOwnOrder() async throws {
        let bench = try await ListenerBench("by-key")
        let keys = ["a", "b", "c"]
        try await write(bench, keys: keys, each: 20)
        let gauge = Gauge()
        _ = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(order: .key)) { record, _ in
                let key = String(decoding: record.key ?? [], as: UTF8.self)
                try await gauge.during("all", record.text) {
                    try await gauge.during(key, record.text) {
                        // The first of each key waits for the first of the others: this ends only if keys run side by side.
                        if record.text == "0" { try await eventually("the others begin") { gauge.most("all") == 3 } }
                    }
                }
            }
        ]) { listener in
            try await eventually("all are handled") { listener.state.handled == 60 }
        }
        for key in keys { #expect(gauge.most(key) == 1 && gauge.order(key) == (0..<20).map(String.init)) }
        #expect(gauge.most("all") == 3)
    }

    @Test(.broker(requires: .transactions)) func unorderedAsManyRunAsThereAreSlots() async throws {
        let bench = try await ListenerBench("unordered")
        try await write(bench, keys: ["a"], each: 20)
        let gauge = Gauge()
        _ = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(order: .unordered, concurrency: 5)) { record, _ in
                try await gauge.during("all", record.text) {
                    if (Int(record.text) ?? 0) < 5 { try await eventually("five run") { gauge.most("all") == 5 } }
                }
            }
        ]) { listener in
            try await eventually("all are handled") { listener.state.handled == 20 }
        }
        #expect(gauge.most("all") == 5)
    }

    @Test(.broker(requires: .transactions)) func retriesHaveSlotsOfTheirOwn() async throws {
        let bench = try await ListenerBench("slots")
        try await bench.write("slow", "fails once")
        let isRetried = Mutex(false)
        let settings = TopicSettings(policy: try ListenerBench.quick, order: .unordered, concurrency: 2, retryConcurrency: 1)
        _ = try await bench.run([
            ListenerTopic(bench.source, settings: settings) { record, context in
                switch (record.text, context.attempt) {
                case ("fails once", 1): throw Trouble()
                case ("fails once", _): isRetried.withLock { $0 = true }
                // It keeps its slot until the other one's retry was handled, and so do those that come after.
                default: try await eventually("the retry is handled") { isRetried.withLock { $0 } }
                }
            }
        ]) { listener in
            try await bench.write("slow too", "and slow")
            try await eventually("all are handled") { listener.state.handled == 4 }
        }
    }
}
