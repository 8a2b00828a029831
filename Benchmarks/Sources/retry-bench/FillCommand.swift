import RDKafka
import RetryCore

/// Fills a topic with numbered records.
struct FillCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var partitions: Int
    var size: Int
    var due: DueTimes?

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        let (spread, isShuffled) = (try arguments.option("--spread") ?? 0, arguments.flag("--shuffled"))
        records = try arguments.number("N")
        partitions = try arguments.number("PARTITIONS")
        size = try arguments.number("SIZE")
        due = try arguments.optionalNumber("DUE_SECONDS").map { DueTimes(after: $0, spread: spread, isShuffled: isShuffled) }
    }

    func run() throws -> BenchmarkReport? {
        let count = try BenchmarkTopics(bootstrap).create(topic, partitions: partitions)
        var writer = try RecordWriter(bootstrap, topic: topic, partitions: count, size: size, linger: 5)
        let (start, now) = (ContinuousClock.now, Timestamp.now.milliseconds)
        for number in 0..<records {
            try writer.write(NumberedRecord(number: number, due: due?.due(of: number, of: records, after: now)))
            if number % 10_000 == 0 { try writer.check() }
        }
        try writer.finish()
        return BenchmarkReport(peer: "fill", records: records, took: .now - start)
    }
}

/// When the records of a retry topic are due.
struct DueTimes {
    /// So many seconds after it was filled.
    var after: Int
    /// Over so many seconds from then on.
    var spread = 0
    /// Whether records that are due one after the other stand far from each other.
    var isShuffled = false

    /// Behind `fill`'s other words.
    var arguments: [String] { [String(after), "--spread", String(spread)] + (isShuffled ? ["--shuffled"] : []) }

    func due(of number: Int, of count: Int, after now: Int64) -> Int64 {
        let place = isShuffled ? number * 7_919 % count : number
        return now + Int64(after) * 1_000 + Int64(place * spread * 1_000 / max(1, count))
    }
}
