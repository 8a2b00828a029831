import KafkaRetry

/// The retrying producer, acknowledged by all in-sync replicas: from the first message until the last outcome.
struct ProduceCommand: BenchmarkCommand {
    enum Form {
        /// Arrays of so many messages, four of them on their way at a time.
        case batches(of: Int)
        /// So many tasks, each of which waits for one message before it sends the next.
        case single(tasks: Int)
    }

    var bootstrap: String
    var topic: String
    var records: Int
    var size: Int
    var form: Form

    private static let batchesAtATime = 4

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        records = try arguments.number("N")
        size = try arguments.number("SIZE")
        form = .batches(of: 10_000)
    }

    static func batches(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) -> any BenchmarkCommand {
        var command = try Self(bootstrap, topic, &arguments)
        if let count = try arguments.optionalNumber("BATCH") { command.form = .batches(of: count) }
        return command
    }

    static func single(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) -> any BenchmarkCommand {
        var command = try Self(bootstrap, topic, &arguments)
        command.form = .single(tasks: try arguments.optionalNumber("TASKS") ?? 1_000)
        return command
    }

    func run() async throws -> BenchmarkReport? {
        guard size >= 8 else { throw UsageError("SIZE must be 8 or more") }
        let topics = try BenchmarkTopics(bootstrap)
        _ = try topics.create(topic, partitions: 8)
        let producer = try await RetryingProducer(ProducerConfiguration(bootstrapServers: [bootstrap]), log: .standardError(.warning))
        // Connected, and told the number of partitions, as the peers are.
        try await producer.send(message(0))
        let before = try await topics.settledEnds(topic).values.reduce(0, +)
        let (start, processor) = (ContinuousClock.now, ProcessorTime.now)
        let peer: String
        switch form {
        case .batches(let count):
            try await sendBatches(of: max(1, count), producer)
            peer = "swift-kafka-retry producer, batches of \(count)"
        case .single(let tasks):
            try await sendSingly(tasks: max(1, tasks), producer)
            peer = "swift-kafka-retry producer, \(tasks) tasks with single sends"
        }
        let (took, spent) = (ContinuousClock.now - start, ProcessorTime.now - processor)
        let account = await producer.close(within: .seconds(30))
        let arrived = try topics.ends(topic).values.reduce(0, +) - before
        guard account.delivered == records + 1, account.ended == account.read, arrived == Int64(records) else {
            throw BenchmarkFailure("\(arrived) records arrived, not \(records): \(account)")
        }
        var report = BenchmarkReport(peer: peer, records: records, took: took)
        report.processor = spent
        return report
    }

    private func sendBatches(of count: Int, _ producer: RetryingProducer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            for first in stride(from: 0, to: records, by: count) {
                if running == Self.batchesAtATime {
                    try await group.next()
                    running -= 1
                }
                let numbers = first..<min(records, first + count)
                running += 1
                group.addTask {
                    for result in await producer.send(numbers.map(message)) { try check(result) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func sendSingly(tasks: Int, _ producer: RetryingProducer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<min(tasks, records) {
                group.addTask {
                    for number in stride(from: task, to: records, by: tasks) {
                        try check(.success(try await producer.send(message(number))))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func check(_ result: Result<SendOutcome, SendError>) throws {
        if case .delivered = try result.get() { return }
        throw BenchmarkFailure("a message ended elsewhere: \(result)")
    }

    private func message(_ number: Int) -> ProducerRecord {
        let record = NumberedRecord(number: number)
        var value = [UInt8](repeating: 0, count: size)
        record.write(to: &value)
        return ProducerRecord(to: KafkaTopic(topic), key: record.key, value: value)
    }
}
