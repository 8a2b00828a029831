import KafkaTestBroker
import RDKafka

/// A retry topic's log while a relay cleans it: what came in, what was written again, and how far it reaches back.
actor LogWatch {
    /// What was seen so far.
    struct Seen: Sendable, CustomStringConvertible {
        var records = 0
        var bytesIn = 0
        var cleaned = 0
        var bytesCleaned = 0
        var markerBytes = 0
        /// The log's first offset, as brokers have it.
        var logStart: Int64 = 0
        /// The most offsets between what is committed and the end.
        var longestSpan: Int64 = 0
        /// The age of the oldest record that was not committed as done, in milliseconds.
        var oldestHead: Int64 = 0

        var description: String {
            """
            \(records) records of \(bytesIn) bytes, \(cleaned) cleaned with \(bytesCleaned), \(markerBytes) bytes of markers; the log starts at \
            \(logStart), spans \(longestSpan) offsets and \(oldestHead) ms at most
            """
        }
    }

    private let executor = BlockingExecutor("test-log-watch")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private(set) var seen = Seen()
    private let topics: TestTopics
    private let group: String
    private let ledger: Ledger
    private let admin: RDKafkaAdmin
    private var timestamps: [Int64: Int64] = [:]
    private var numbers: Set<Int> = []
    private var read = 0

    /// Watches partition 0 of the retry topic, of which nothing has been let go of yet.
    init(_ topics: TestTopics, group: String) throws {
        self.topics = topics
        self.group = group
        ledger = try Ledger([topics.retry], partitions: 1, servers: topics.servers)
        admin = try RDKafkaAdmin(["bootstrap.servers": topics.servers])
    }

    /// Looks about once a second, for two minutes at most, until `isEnough`.
    func look(until isEnough: (Seen) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(120)
        repeat { try await look() } while !isEnough(seen) && ContinuousClock.now < end
    }

    /// Reads what was written since, and looks at where the log begins and what is committed.
    private func look() async throws {
        let count = read
        let records = await ledger.read(within: .seconds(1)) { _ in false }
        for record in records.dropFirst(count) { take(record) }
        read = records.count
        let bounds = try admin.queryWatermarkOffsets(RDKafkaPartition(topics.retry, 0), timeout: .seconds(20))
        seen.logStart = max(seen.logStart, bounds.low)
        let committed = try await topics.committed(group: group, topics.retry, 0).offset ?? 0
        seen.longestSpan = max(seen.longestSpan, bounds.high - committed)
        if let head = timestamps[committed] { seen.oldestHead = max(seen.oldestHead, TestRecord.now - head) }
    }

    private func take(_ record: TestRecord) {
        timestamps[record.offset] = record.timestamp
        let headers = record.headers.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
        let bytes = (record.key?.count ?? 0) + (record.value?.count ?? 0) + headers
        guard let number = record.number else { return seen.markerBytes += bytes }
        if numbers.insert(number).inserted {
            seen.records += 1
            seen.bytesIn += bytes
        } else {
            seen.cleaned += 1
            seen.bytesCleaned += bytes
        }
    }
}
