import Foundation
import KafkaRetry

/// Records that wait for an hour: what they cost in memory, and how long it takes to know them again after a restart.
struct PendingCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int
    var memory: ByteSize

    func run() async throws -> BenchmarkReport {
        try BenchmarkTopics(bootstrap).fillRetryTopic(of: topic, records: records, size: size, dueSeconds: 3_600)
        let before = ResidentMemory.now
        let wanted = Int64(records)
        let run = RelayRun(bootstrap: bootstrap, topic: topic, group: "bench-\(UUID().uuidString.prefix(8))", memory: memory)
        let first = try await run.run { $0.waiting >= wanted }
        var report = BenchmarkReport(
            peer: "swift-kafka-retry pending \(size) B, --memory \(memory)", records: records, took: first.done - first.joined)
        report.resident = first.resident
        report.bytesPerPending = Double(first.resident.bytes - before.bytes) / Double(max(1, records))
        let again = try await run.run { $0.waiting >= wanted }
        report.restoreSeconds = (again.done - again.start).inSeconds
        return report
    }
}
