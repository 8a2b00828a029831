import Foundation
import KafkaRetry
import RDKafka

/// Records that wait for an hour: what they cost in memory, how late others with short delays are beside them, and how long it takes to know
/// them again after kill -9.
struct PendingCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int
    var memory: ByteSize
    /// What passes through once all are known; none with a rate of 0.
    var short: ShortDelays

    private let group = "bench-\(UUID().uuidString.prefix(8))"
    /// So little that what is resident beside it is the index.
    private static let leastMemory = ByteSize.mebibytes(4)

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        let (rate, seconds) = (try arguments.option("--rate") ?? 5_000, try arguments.option("--seconds") ?? 30)
        records = try arguments.number("N")
        size = try arguments.optionalNumber("SIZE") ?? 100
        memory = try ByteSize(parsing: arguments.optionalText() ?? "256MiB")
        short = ShortDelays(rate: rate, seconds: seconds, first: records, size: max(16, size))
    }

    func run() async throws -> BenchmarkReport? {
        let topics = try BenchmarkTopics(bootstrap)
        try topics.fillRetryTopic(of: topic, records: records, size: size, due: DueTimes(after: 3_600))
        var arrivals = try Arrivals(
            behind: topics.ends(topic), of: bootstrap, numbers: records + short.count, firstShort: short.first)
        let member = try member(memory)
        let known = try member.wait { $0.waiting >= records }
        guard let joined = member.joined else { throw BenchmarkFailure("the relay has not joined") }
        var report = BenchmarkReport(
            peer: "swift-kafka-retry pending \(size) B, --memory \(memory)", records: records, took: known.time - joined.time)
        report.resident = known.resident
        report.bytesPerPending = perPending(known, over: joined)
        if short.count > 0 {
            let writer = try short.write(to: topic, bootstrap)
            try arrivals.read(short: short.shortCount, long: 0, within: .seconds(short.seconds + 60))
            report.shortPerSecond = try writer.figures().perSecond
            report.late = .init(arrivals.late.short.sorted())
        }
        report.peakResident = try member.latest()?.peak ?? known.peak
        member.kill()
        try measureRestore(&report)
        try arrivals.check()
        return report
    }

    /// Beside what a plain reader takes, the faster of one before and one after it: librdkafka may lose a second while it starts.
    private func measureRestore(_ report: inout BenchmarkReport) throws {
        let waiting = Int64(records + short.count - short.shortCount)
        let before = try read()
        let member = try member(memory)
        let known = try member.wait { $0.waiting >= waiting }
        report.restoreSeconds = (known.time - member.started).inSeconds
        try member.stop()
        report.plainReadSeconds = min(before, try read())
        report.headerReadSeconds = try read("--headers")
        let frugal = try self.member(Self.leastMemory)
        let index = try frugal.wait { $0.waiting >= waiting }
        if let joined = frugal.joined { report.indexBytesPerPending = perPending(index, over: joined) }
        try frugal.stop()
        guard frugal.state?.moved == 0, member.state?.moved == 0 else { throw BenchmarkFailure("records were moved twice") }
    }

    private func member(_ memory: ByteSize) throws -> MemberProcess {
        try MemberProcess(bootstrap, topic: topic, group: group, instance: group, memory: memory)
    }

    private func read(_ options: String...) throws -> Double {
        try OwnProcess(["read", bootstrap, topic + "-Retry"] + options).figures().seconds
    }

    private func perPending(_ state: MemberState, over empty: MemberState) -> Double {
        Double(state.resident.bytes - empty.resident.bytes) / Double(max(1, state.waiting))
    }
}
