import Foundation
import KafkaRetry
import RDKafka

/// Records that are due already go from a retry topic of so many partitions to the source topic, exactly once, by so many processes of one group.
struct ScaleCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int
    var partitions: Int
    var processes: Int

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        records = try arguments.number("N")
        size = try arguments.number("SIZE")
        partitions = try arguments.number("PARTITIONS")
        processes = max(1, try arguments.number("PROCESSES"))
    }

    /// From the moment the first member has joined until the last transaction is committed.
    func run() async throws -> BenchmarkReport? {
        let topics = try BenchmarkTopics(bootstrap)
        _ = try topics.create(topic, partitions: partitions)
        try topics.fillRetryTopic(of: topic, records: records, size: size, due: DueTimes(after: 0))
        let starts = try await topics.settledEnds(topic)
        let group = "bench-\(UUID().uuidString.prefix(8))"
        let members = try (1...processes).map {
            try MemberProcess(bootstrap, topic: topic, group: group, instance: "\(group)-\($0)", memory: .mebibytes(256))
        }
        while members.reduce(0, { $0 + ($1.state?.moved ?? 0) }) < records {
            for member in members { _ = try member.next(within: .milliseconds(5)) }
        }
        let states = members.compactMap(\.state)
        let joined = members.compactMap(\.joined)
        guard let first = joined.map(\.time).min(), let last = states.map(\.time).max() else { throw BenchmarkFailure("nobody has joined") }
        for member in members { try member.stop() }
        var ledger = OnceLedger(records: records)
        try ledger.read(behind: starts, of: bootstrap)
        try ledger.check()
        var report = BenchmarkReport(
            peer: "swift-kafka-retry relay, \(processes) processes, \(partitions) partitions, \(size) B", records: records,
            took: last - first)
        report.arrivedOnce = ledger.once
        report.processor = states.reduce(.zero) { $0 + $1.processor } - joined.reduce(.zero) { $0 + $1.processor }
        report.peakResident = states.map(\.peak).max { $0.bytes < $1.bytes } ?? report.peakResident
        return report
    }
}
