import KafkaRetry
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// A listener on topics of a test's own, what its handlers were given, and what is found in its topics.
final class ListenerBench: Sendable {
    let topics: TestTopics
    let group: String
    let servers: String
    let log = LogLines()
    private let calls = Mutex<[HandlerContext]>([])

    init(_ stem: String, partitions: Int = 1) async throws {
        servers = try await KafkaTestBroker.shared().bootstrapServers
        topics = try await TestTopics.create(stem, servers: servers, partitions: partitions)
        group = KafkaTestBroker.uniqueName(stem)
    }

    var source: KafkaTopic { KafkaTopic(topics.source) }

    /// Every call of a handler that noted it, in the order in which they began.
    var seen: [HandlerContext] { calls.withLock { $0 } }

    func note(_ context: HandlerContext) { calls.withLock { $0.append(context) } }

    func configuration(_ instance: String = "one", _ change: (inout ListenerConfiguration) throws -> Void = { _ in }) rethrows
        -> ListenerConfiguration
    {
        var configuration = ListenerConfiguration(bootstrapServers: [servers], group: group, instance: instance)
        try change(&configuration)
        return configuration
    }

    /// Short delays: three retries after 100, 200 and 400 ms.
    static var quick: RetryPolicy { get throws { try .exponential(retries: 3, initial: .milliseconds(100), factor: 2, max: .seconds(1)) } }

    /// Runs a listener while `body` does, then stops it, and answers its account.
    func run(
        _ topics: [ListenerTopic], with configuration: ListenerConfiguration? = nil, _ body: (RetryListener) async throws -> Void
    ) async throws -> ListenerAccount {
        let listener = try RetryListener(
            configuration ?? self.configuration(), topics: topics, log: RetryLogger(level: .debug, handler: log))
        async let account = listener.run()
        do { try await body(listener) } catch {
            listener.stop()
            _ = try? await account
            throw error
        }
        listener.stop()
        return try await account
    }

    func write(_ records: [TestRecord]) async throws { try await TestWriter(servers).write(records) }

    func write(_ values: String..., key: String? = nil) async throws {
        try await write(values.map { TestRecord(to: topics.source, key: key.map { Array($0.utf8) }, value: Array($0.utf8)) })
    }

    /// All that is committed in a topic.
    func records(_ topic: String, partitions: Int = 1) async throws -> [TestRecord] {
        try await Ledger.all([topic], partitions: partitions, servers: servers)
    }

    /// The dead letters.
    var dead: [TestRecord] { get async throws { try await records(topics.deadLetter) } }
}

/// Waits until `condition` holds; fails the test if it does not within a minute.
func eventually(
    _ what: Comment, _ location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(what, sourceLocation: location)
}

/// What was logged, in one line each.
final class LogLines: RetryLogHandler {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func handle(_ entry: LogEntry) {
        let fields = entry.fields.map { " \($0.key)=\($0.value)" }.joined()
        lines.withLock { $0.append("\(entry.level) \(entry.message)\(fields)") }
    }
}

extension KafkaRecord {
    /// The value as text.
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

/// An error of a test.
struct Trouble: Error, CustomStringConvertible {
    var description = "the server is on fire"
}

/// Something that has happened or not.
final class Flag: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}
