import RDKafka

/// What a `read_committed` reader sees of some topics: the truth about what a relay did.
package actor Ledger {
    private let executor = BlockingExecutor("test-ledger")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let arrived: Mailbox<Never>
    private let consumer: RDKafkaConsumer
    private let partitions: [RDKafkaPartition]
    private let servers: String
    private var ended: Set<RDKafkaPartition> = []
    package private(set) var records: [TestRecord] = []

    /// Reads all partitions of `topics` from their starts.
    package init(_ topics: [String], partitions: Int, servers: String) throws {
        let arrived = Mailbox<Never>()
        self.arrived = arrived
        consumer = try RDKafkaConsumer(
            [
                "bootstrap.servers": servers, "group.id": KafkaTestBroker.uniqueName("ledger"), "isolation.level": "read_committed",
                "auto.offset.reset": "earliest", "reconnect.backoff.max.ms": "500", "fetch.wait.max.ms": "50",
                "enable.partition.eof": "true",
            ], wakeUp: { arrived.ring() })
        self.servers = servers
        self.partitions = topics.flatMap { topic in (0..<Int32(partitions)).map { RDKafkaPartition(topic, $0) } }
        try consumer.assign(Dictionary(uniqueKeysWithValues: self.partitions.map { ($0, RDKafkaStart.beginning) }))
    }

    /// The source and dead letter topic of `topics`.
    package init(_ topics: TestTopics, partitions: Int = 1, servers: String? = nil) throws {
        try self.init([topics.source, topics.deadLetter], partitions: partitions, servers: servers ?? topics.servers)
    }

    /// Reads until `done`, at most that long, and answers all that it has read so far.
    @discardableResult
    package func read(within timeout: Duration, until done: @Sendable ([TestRecord]) -> Bool) -> [TestRecord] {
        let end = ContinuousClock.now + timeout
        while !done(records), ContinuousClock.now < end {
            if drain() == 0 { _ = arrived.take(timeout: .milliseconds(100)) }
        }
        return records
    }

    /// Reads on until `count` records are there.
    @discardableResult
    package func read(_ count: Int, within timeout: Duration = .seconds(20)) -> [TestRecord] { read(within: timeout) { $0.count >= count } }

    /// All that is committed in `topics`, once no transaction is open in them any more.
    package static func all(_ topics: [String], partitions: Int, servers: String, within timeout: Duration = .seconds(60)) async throws
        -> [TestRecord]
    {
        let ledger = try Ledger(topics, partitions: partitions, servers: servers)
        try await ledger.readToEnd(within: timeout)
        return await ledger.records
    }

    package struct Unreadable: Error, CustomStringConvertible { package var description: String }

    /// Reads until every partition's end was seen, at a time at which none of its transactions was open.
    private func readToEnd(within timeout: Duration) throws {
        let end = ContinuousClock.now + timeout
        let admin = try RDKafkaAdmin(["bootstrap.servers": servers])
        for partition in partitions {
            while true {
                // A read_committed handle answers the last stable offset, the other the log's end.
                let all = try? admin.queryWatermarkOffsets(partition, timeout: .seconds(5)).high
                let stable = try? consumer.requests.queryWatermarkOffsets(partition, timeout: .seconds(5)).high
                if let all, let stable, all == stable { break }
                guard ContinuousClock.now < end else {
                    let (all, stable) = (all.map(String.init) ?? "unknown", stable.map(String.init) ?? "unknown")
                    throw Unreadable(description: "\(partition): log end \(all), last stable offset \(stable) after \(timeout)")
                }
                // After an outage a handle goes on asking whoever led the partition before, until it looks at the topic (measured).
                if all == nil { _ = try? admin.describe(topic: partition.topic, timeout: .seconds(5)) }
                if stable == nil { _ = try? consumer.requests.describe(topic: partition.topic, timeout: .seconds(5)) }
                _ = drain()
            }
        }
        ended = []
        try? consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, RDKafkaStart.beginning) }))
        records = []
        while ended.count < partitions.count, ContinuousClock.now < end {
            if drain() == 0 { _ = arrived.take(timeout: .milliseconds(100)) }
        }
        guard ended.count == partitions.count else {
            throw Unreadable(description: "the ends of \(Set(partitions).subtracting(ended)) were not reached in \(timeout)")
        }
    }

    private func drain() -> Int {
        consumer.drain(max: 5_000) { message in
            if message.error?.code == .partitionEOF {
                ended.insert(RDKafkaPartition(message.topic, message.partition))
            } else if !message.isEvent {
                records.append(TestRecord(message))
            }
        }
    }
}
