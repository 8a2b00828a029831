import RDKafka
import RetryCore

/// Writes short delays into a topic in which others wait, so many a second: what ``ShortDelays/write(to:_:)`` starts.
struct WriteCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var mix: ShortDelays

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        mix = ShortDelays(
            rate: try arguments.number("RATE"), seconds: try arguments.number("SECONDS"), first: try arguments.number("FIRST"),
            size: try arguments.number("SIZE"))
    }

    /// Every 10 ms what has come up by then.
    func run() async throws -> BenchmarkReport? {
        guard let partitions = try BenchmarkTopics(bootstrap).partitionCount(topic) else { throw BenchmarkFailure("there is no \(topic)") }
        var writer = try RecordWriter(bootstrap, topic: topic, partitions: partitions, size: mix.size, linger: 1)
        let start = ContinuousClock.now
        var written = 0
        while written < mix.count {
            let wanted = min(mix.count, Int((ContinuousClock.now - start).inSeconds * Double(mix.rate)))
            let now = Timestamp.now.milliseconds
            for index in written..<max(written, wanted) {
                try writer.write(NumberedRecord(number: mix.first + index, due: now + mix.delay(of: index)))
            }
            written = max(written, wanted)
            try writer.check()
            try await Task.sleep(for: .milliseconds(10))
        }
        try writer.finish()
        return BenchmarkReport(peer: "write", records: written, took: .now - start)
    }
}

/// Records that wait 200 ms to 5 s, and one in a hundred among them that waits an hour.
struct ShortDelays {
    var rate: Int
    var seconds: Int
    /// The number of the first one.
    var first: Int
    var size: Int

    var count: Int { rate * seconds }
    /// How many of them are due soon.
    var shortCount: Int { count - count / Self.longEvery }

    /// Begins to write them into the topic's retry topic, in a process of its own.
    func write(to topic: String, _ bootstrap: String) throws -> OwnProcess {
        try OwnProcess(["write", bootstrap, topic + "-Retry"] + [rate, seconds, first, size].map(String.init))
    }

    private static let longEvery = 100
    private static let longDelay: Int64 = 3_600_000

    func isShort(_ index: Int) -> Bool { index % Self.longEvery != Self.longEvery - 1 }

    /// In milliseconds, the same in every run, in no order.
    func delay(of index: Int) -> Int64 { isShort(index) ? 200 + Int64(index * 7_919 % 4_800) : Self.longDelay }
}
