import Foundation
import KafkaRetry
import RDKafka

/// Records that are due already go from the retry topic to the source topic, exactly once.
struct RelayCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        records = try arguments.number("N")
        size = try arguments.optionalNumber("SIZE") ?? 100
    }

    /// From the moment the group is joined, before the first record is fetched, until the last transaction is committed.
    func run() async throws -> BenchmarkReport? {
        let topics = try BenchmarkTopics(bootstrap)
        try topics.fillRetryTopic(of: topic, records: records, size: size, due: DueTimes(after: 0))
        let starts = try topics.ends(topic)
        let wanted = records
        let run = RelayRun(bootstrap: bootstrap, topic: topic, group: "bench-\(UUID().uuidString.prefix(8))")
        let times = try await run.run { $0.republished + $0.deadLettered >= wanted }
        var report = BenchmarkReport(peer: "swift-kafka-retry relay", records: records, took: times.done - times.joined)
        report.processor = times.processor
        var ledger = OnceLedger(records: records)
        try ledger.read(behind: starts, of: bootstrap)
        try ledger.check()
        report.arrivedOnce = ledger.once
        return report
    }
}
