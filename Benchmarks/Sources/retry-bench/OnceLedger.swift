import Foundation
import RDKafka

/// Reads what arrived behind some offsets, as a read_committed reader sees it, and counts how often each number did.
struct OnceLedger {
    private var counts: [UInt8]
    private(set) var strangers = 0
    private static let patience: Duration = .seconds(60)

    init(records: Int) { counts = [UInt8](repeating: 0, count: records) }

    /// How many numbers arrived exactly once.
    var once: Int { counts.count { $0 == 1 } }
    private var missing: Int { counts.count { $0 == 0 } }
    private var repeated: Int { counts.count { $0 > 1 } }

    /// Throws unless every number arrived exactly once.
    func check() throws {
        guard missing == 0, repeated == 0, strangers == 0 else {
            throw BenchmarkFailure("not exactly once: \(missing) missing, \(repeated) repeated, \(strangers) unknown")
        }
    }

    /// Reads each partition from there to its end, and on while numbers are missing.
    mutating func read(behind starts: [RDKafkaPartition: Int64], of bootstrap: String) throws {
        let arrived = Mailbox<Never>()
        let consumer = try RDKafkaConsumer(
            [
                "bootstrap.servers": bootstrap, "group.id": "retry-bench-ledger", "isolation.level": "read_committed",
                "enable.partition.eof": "true", "auto.offset.reset": "error",
            ], wakeUp: { arrived.ring() })
        defer { try? consumer.close() }
        try consumer.assign(starts.mapValues { .offset($0) })
        var unread = Set(starts.keys)
        var failure: RDKafkaError?
        let deadline = ContinuousClock.now + Self.patience
        // A commit returns before all partitions show its records: what is missing is waited for.
        while !unread.isEmpty || missing > 0, ContinuousClock.now < deadline {
            let count = consumer.drain(max: 10_000) { message in
                if let error = message.error {
                    if error.code == .partitionEOF {
                        unread.remove(RDKafkaPartition(message.topic, message.partition))
                    } else if error.code == .autoOffsetReset {
                        failure = error
                    }
                } else if let number = NumberedRecord.number(in: message.value), counts.indices.contains(number) {
                    counts[number] = counts[number] == .max ? .max : counts[number] + 1
                } else {
                    strangers += 1
                }
            }
            if let failure { throw failure }
            if count == 0 { _ = arrived.take(timeout: .milliseconds(100)) }
        }
        guard unread.isEmpty else { throw BenchmarkFailure("the target could not be read to its end in \(Self.patience)") }
    }
}
