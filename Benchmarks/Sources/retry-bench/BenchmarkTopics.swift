import Foundation
import RDKafka

/// Topics as the benchmarks need them.
struct BenchmarkTopics {
    private let bootstrap: String
    private let admin: RDKafkaAdmin
    private static let patience: Duration = .seconds(30)

    init(_ bootstrap: String) throws {
        self.bootstrap = bootstrap
        admin = try RDKafkaAdmin(["bootstrap.servers": bootstrap])
    }

    /// Makes `topic` unless it is there. Answers how many partitions it has.
    func create(_ topic: String, partitions: Int) throws -> Int {
        if let present = try partitionCount(topic) { return present }
        try admin.create(
            RDKafkaNewTopic(topic, partitionCount: partitions, configuration: ["retention.ms": "-1"]), timeout: Self.patience)
        return try partitionCount(topic) ?? partitions
    }

    func partitionCount(_ topic: String) throws -> Int? { try admin.describe(topic: topic, timeout: Self.patience)?.partitionCount }

    /// The offset behind each partition's last record.
    func ends(_ topic: String) throws -> [RDKafkaPartition: Int64] {
        var ends: [RDKafkaPartition: Int64] = [:]
        for number in 0..<Int32(clamping: try partitionCount(topic) ?? 0) {
            let partition = RDKafkaPartition(topic, number)
            ends[partition] = try admin.queryWatermarkOffsets(partition, timeout: Self.patience).high
        }
        return ends
    }

    /// The same, for a topic that may be so new that some partitions have no leader yet.
    func settledEnds(_ topic: String) async throws -> [RDKafkaPartition: Int64] {
        for _ in 0..<50 {
            if let ends = try? ends(topic) { return ends }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try ends(topic)
    }

    /// Fills `topic`'s retry topic with `records` that are due then, by a process of its own, whose memory is not measured.
    /// One that was filled before is left as it is.
    func fillRetryTopic(of topic: String, records: Int, size: Int, due: DueTimes) throws {
        _ = try create(topic, partitions: 8)
        try fill(topic + "-Retry", like: topic, records: records, size: size, due: due)
    }

    /// Fills `topic` with `records`, likewise.
    func fill(_ topic: String, records: Int, size: Int) throws { try fill(topic, like: topic, records: records, size: size) }

    private func fill(_ topic: String, like source: String, records: Int, size: Int, due: DueTimes? = nil) throws {
        let partitions = try create(source, partitions: 8)
        let present = try ends(topic).values.reduce(0, +)
        if present == Int64(records) { return }
        guard present == 0 else { throw BenchmarkFailure("\(topic) has \(present) records already: name another topic") }
        let words = ["fill", bootstrap, topic] + [records, partitions, size].map(String.init) + (due?.arguments ?? [])
        try OwnProcess(words).finish()
    }
}
