import KafkaRetry
import KafkaTestBroker

/// A producer on topics of a test's own, and what is found there.
struct ProducerBench: Sendable {
    let topics: TestTopics
    let servers: String
    let log = LogLines()

    init(
        _ stem: String, partitions: Int = 1, configuration: [String: String] = [:], broker: KafkaTestBroker? = nil
    ) async throws {
        let broker = if let broker { broker } else { try await KafkaTestBroker.shared() }
        servers = broker.bootstrapServers
        topics = try await TestTopics.create(stem, servers: broker.directServers, partitions: partitions, source: configuration)
    }

    var topic: KafkaTopic { KafkaTopic(topics.source) }

    func producer(_ change: (inout ProducerConfiguration) -> Void = { _ in }) async throws -> RetryingProducer {
        var configuration = ProducerConfiguration(bootstrapServers: [servers])
        change(&configuration)
        return try await RetryingProducer(configuration, log: RetryLogger(level: .debug, handler: log))
    }

    /// A message whose value is `number` in decimal.
    func message(_ number: Int, key: String) -> ProducerRecord { ProducerRecord(to: topic, key: key, value: String(number)) }

    /// All that stands in the topic.
    func written(partitions: Int = 1) async throws -> [TestRecord] {
        try await Ledger.all([topics.source], partitions: partitions, servers: topics.servers)
    }

    var dead: [TestRecord] {
        get async throws { try await Ledger.all([topics.deadLetter], partitions: 1, servers: topics.servers) }
    }

    /// Whether numbers of one key ascend.
    func isInOrder(_ records: [TestRecord]) -> Bool {
        var last: [[UInt8]?: Int] = [:]
        for record in records.sorted(by: { ($0.partition, $0.offset) < ($1.partition, $1.offset) }) {
            guard let number = record.number else { continue }
            if let before = last[record.key], before >= number { return false }
            last[record.key] = number
        }
        return true
    }
}
