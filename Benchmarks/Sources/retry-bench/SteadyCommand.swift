import Foundation
import KafkaRetry
import Synchronization

/// Short delays that pass through at a steady rate, far below what is possible: how late each is.
struct SteadyCommand: BenchmarkCommand {
    enum Form {
        /// A relay writes them to the source topic: late is when a read_committed reader sees them.
        case relayed
        /// A listener handles them: late is when the handler is called.
        case handled
    }

    var bootstrap: String
    var topic: String
    var form = Form.relayed
    var short: ShortDelays

    private static let partitions = 4

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        let (rate, seconds) = (try arguments.option("--rate") ?? 10_000, try arguments.option("--seconds") ?? 30)
        short = ShortDelays(rate: rate, seconds: seconds, first: 0, size: 100)
    }

    static func handled(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws -> any BenchmarkCommand {
        var command = try Self(bootstrap, topic, &arguments)
        command.form = .handled
        return command
    }

    func run() async throws -> BenchmarkReport? {
        let topics = try BenchmarkTopics(bootstrap)
        _ = try topics.create(topic, partitions: Self.partitions)
        _ = try topics.create(topic + "-Retry", partitions: Self.partitions)
        let group = "bench-\(UUID().uuidString.prefix(8))"
        var report: BenchmarkReport
        switch form {
        case .relayed: report = try await relay(topics, group)
        case .handled: report = try await handle(group)
        }
        report.records = short.shortCount
        return report
    }

    private func relay(_ topics: BenchmarkTopics, _ group: String) async throws -> BenchmarkReport {
        var arrivals = try Arrivals(
            behind: try await topics.settledEnds(topic), of: bootstrap, numbers: short.count, firstShort: short.first)
        let member = try MemberProcess(bootstrap, topic: topic, group: group, instance: group, memory: .mebibytes(256))
        let joined = try member.wait { _ in true }
        let writer = try short.write(to: topic, bootstrap)
        try arrivals.read(short: short.shortCount, long: 0, within: .seconds(short.seconds + 60))
        let figures = try writer.figures()
        let last = try member.latest()
        try member.stop()
        try arrivals.check()
        var report = BenchmarkReport(
            peer: "swift-kafka-retry relay, steady", records: short.shortCount, took: .seconds(figures.seconds))
        report.shortPerSecond = figures.perSecond
        report.late = .init(arrivals.late.short.sorted())
        report.processor = last.map { $0.processor - joined.processor }
        return report
    }

    private func handle(_ group: String) async throws -> BenchmarkReport {
        let calls = Mutex<[Int: [Int64]]>([:])
        let settings = TopicSettings(policy: try .fixed(.seconds(1), retries: 1), breaker: nil)
        let listener = try RetryListener(
            ListenerConfiguration(bootstrapServers: [bootstrap], group: group, instance: group),
            topics: [
                ListenerTopic(KafkaTopic(topic), settings: settings) { record, context in
                    let number = record.value.flatMap { value in value.withUnsafeBytes { NumberedRecord.number(in: $0) } }
                    let late = Timestamp.now.milliseconds - (context.due ?? .distantFuture).milliseconds
                    calls.withLock { $0[number ?? -1, default: []].append(late) }
                    return .done
                }
            ])
        async let ending = listener.run()
        var (writer, start): (OwnProcess?, Duration?) = (nil, nil)
        let deadline = ContinuousClock.now + .seconds(short.seconds + 60)
        for await state in listener.states {
            if writer == nil, state.isReady { (writer, start) = (try short.write(to: topic, bootstrap), ProcessorTime.now) }
            if state.handled >= short.shortCount || ContinuousClock.now > deadline { listener.stop() }
        }
        let account = try await ending
        let figures = try writer?.figures()
        let late = calls.withLock { $0 }
        let (repeated, early) = (late.values.count { $0.count > 1 }, late.values.count { $0.contains { $0 < 0 } })
        guard late.count == short.shortCount, repeated == 0, early == 0, late[-1] == nil, let figures, let start else {
            throw BenchmarkFailure("of \(short.shortCount) \(late.count) were handled, \(repeated) repeated, \(early) early: \(account)")
        }
        var report = BenchmarkReport(
            peer: "swift-kafka-retry listener, steady", records: short.shortCount, took: .seconds(figures.seconds))
        report.shortPerSecond = figures.perSecond
        report.late = .init(late.values.joined().sorted())
        report.processor = ProcessorTime.now - start
        return report
    }
}
