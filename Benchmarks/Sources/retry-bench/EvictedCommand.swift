import Foundation
import KafkaRetry
import RDKafka

/// Records that do not fit into memory fall due, and have to be read again, while others with short delays pass through: how late both are.
struct EvictedCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int
    var memory: ByteSize
    var due: DueTimes
    var rate: Int

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        rate = try arguments.option("--rate") ?? 1_000
        due = DueTimes(
            after: try arguments.option("--due") ?? 60, spread: try arguments.option("--spread") ?? 60,
            isShuffled: arguments.flag("--shuffled"))
        records = try arguments.number("N")
        size = try arguments.optionalNumber("SIZE") ?? 1_000
        memory = try ByteSize(parsing: arguments.optionalText() ?? "16MiB")
    }

    func run() async throws -> BenchmarkReport? {
        guard size >= 16 else { throw UsageError("SIZE must be 16 or more") }
        let topics = try BenchmarkTopics(bootstrap)
        let start = ContinuousClock.now
        try topics.fillRetryTopic(of: topic, records: records, size: size, due: due)
        let starts = try topics.ends(topic)
        let group = "bench-\(UUID().uuidString.prefix(8))"
        let member = try MemberProcess(bootstrap, topic: topic, group: group, instance: group, memory: memory)
        let known = try member.wait { $0.waiting >= records }
        let left = Int((.seconds(due.after + due.spread) - (ContinuousClock.now - start)).inSeconds)
        guard left > due.spread, let joined = member.joined else { throw BenchmarkFailure("they were due before all were known") }
        let short = ShortDelays(rate: rate, seconds: left + 2, first: records, size: size)
        var arrivals = try Arrivals(behind: starts, of: bootstrap, numbers: records + short.count, firstShort: short.first)
        let writer = try short.write(to: topic, bootstrap)
        try arrivals.read(short: short.shortCount, long: records, within: .seconds(left + 120))
        try arrivals.check()
        var report = BenchmarkReport(
            peer: "swift-kafka-retry evicted \(size) B, --memory \(memory)", records: records, took: known.time - joined.time)
        report.shortPerSecond = try writer.figures().perSecond
        report.late = .init(arrivals.late.short.sorted())
        report.lateLong = .init(arrivals.late.long.sorted())
        report.resident = known.resident
        report.peakResident = try member.latest()?.peak ?? known.peak
        try member.stop()
        return report
    }
}
