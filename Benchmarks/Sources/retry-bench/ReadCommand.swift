import RDKafka

/// What any consumer of librdkafka's takes to read a topic from its start to its end and do nothing with it, or no more than look at the headers.
struct ReadCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var readsHeaders: Bool

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic, readsHeaders) = (bootstrap, topic, arguments.flag("--headers"))
    }

    func run() throws -> BenchmarkReport? {
        let start = ContinuousClock.now
        let arrived = Mailbox<Never>()
        let consumer = try RDKafkaConsumer(
            [
                "bootstrap.servers": bootstrap, "group.id": "retry-bench-read", "isolation.level": "read_uncommitted",
                "enable.partition.eof": "true", "auto.offset.reset": "error",
                // It never stops because its queue is full, which would cost it up to a second (2.0.2), and learns at once of an end.
                "queued.min.messages": "1000000", "queued.max.messages.kbytes": "1000000", "fetch.wait.max.ms": "10",
            ], wakeUp: { arrived.ring() })
        defer { try? consumer.close() }
        let partitions = try BenchmarkTopics(bootstrap).ends(topic).keys
        try consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .offset(0)) }))
        var (records, unread, failure) = (0, Set(partitions), RDKafkaError?.none)
        while !unread.isEmpty {
            let count = consumer.drain(max: 10_000) { message in
                guard let error = message.error else {
                    if readsHeaders { message.forEachHeader { _, _ in } }
                    return records += 1
                }
                guard error.code == .partitionEOF else { return failure = error }
                unread.remove(RDKafkaPartition(message.topic, message.partition))
            }
            if let failure { throw failure }
            if count == 0 { _ = arrived.take(timeout: .seconds(1)) }
        }
        return BenchmarkReport(peer: "read", records: records, took: .now - start)
    }
}
