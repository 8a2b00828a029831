import Foundation
import KafkaTestBroker
import ListenerTestPlan
import Testing

/// The tests' own service on topics of a test's own: its processes, the calls that they noted, and what is found in its topics.
struct ServiceBench: Sendable {
    let topics: [TestTopics]
    let output: String
    let servers: String
    let partitions: Int
    private let group: String
    private let notes: String

    /// As many source topics as that, each with `partitions` partitions.
    init(_ stem: String, topics count: Int = 1, partitions: Int = 3) async throws {
        servers = try await KafkaTestBroker.shared().bootstrapServers
        var topics: [TestTopics] = []
        for _ in 0..<count { topics.append(try await TestTopics.create(stem, servers: servers, partitions: partitions)) }
        self.topics = topics
        self.partitions = partitions
        group = KafkaTestBroker.uniqueName(stem)
        output = KafkaTestBroker.uniqueName(stem + "-output")
        notes = NSTemporaryDirectory() + "kafka-retry-" + group
        try await topics[0].create(output, partitions)
    }

    /// A plan for all topics, each changed by `change`, which is told its number.
    func plan(_ instance: String = "one", _ change: (Int, inout ServicePlan.Topic) -> Void = { _, _ in }) -> ServicePlan {
        let plans = topics.enumerated().map { number, topic in
            var plan = ServicePlan.Topic(topic.source)
            change(number, &plan)
            return plan
        }
        return ServicePlan(servers: servers, group: group, instance: instance, topics: plans, output: output, notes: notes)
    }

    /// A process that does what `plan` says while `body` runs; it is killed then.
    func run<Result>(_ plan: ServicePlan, _ body: (Daemon) async throws -> Result) async throws -> Result {
        try await Daemon.run([try plan.argument], program: "listener-test-service", body)
    }

    /// Every call of a handler, in the order in which they began.
    var calls: Calls {
        get throws {
            let text = String(decoding: try Data(contentsOf: URL(filePath: notes)), as: UTF8.self)
            // A kill may cut the last line of a life short, never another.
            return Calls(text.split(separator: "\n").compactMap { CallNote(line: $0) })
        }
    }

    /// What is committed where records end: the output, and dead letter topics.
    var ends: [TestRecord] {
        get async throws {
            try await Ledger.all([output] + topics.map(\.deadLetter), partitions: partitions, servers: servers, within: .seconds(90))
        }
    }

    /// Every hop to a retry topic that happened more than once: an errand's number with its count of retries.
    var repeatedHops: [String] {
        get async throws {
            let retries = try await Ledger.all(topics.map(\.retry), partitions: partitions, servers: servers, within: .seconds(90))
            let hops = retries.compactMap { record in record.number.map { "\($0) after \(record.text("X-Retry-Count") ?? "none")" } }
            return Dictionary(grouping: hops) { $0 }.filter { $0.value.count > 1 }.map(\.key).sorted()
        }
    }

    /// Waits until so many records have come to an end.
    func finished(_ count: Int, within timeout: Duration) async throws {
        let ledger = try Ledger([output] + topics.map(\.deadLetter), partitions: partitions, servers: servers)
        let found = await ledger.read(count, within: timeout).count
        #expect(found >= count, "after \(timeout)")
    }

    /// To be called at the end.
    func removeNotes() { try? FileManager.default.removeItem(atPath: notes) }
}

extension Daemon {
    func ready(within timeout: Duration = .seconds(40)) async throws { _ = try await line(containing: "ready", within: timeout) }

    /// Stops it with SIGTERM, waits for its end, and answers its account.
    func account(within timeout: Duration = .seconds(25)) async throws -> [String: Int] {
        signal(SIGTERM)
        let line = try await line(containing: "stopped", within: timeout)
        #expect(try await end(within: timeout) == .exit(0), "\(errorLines.suffix(20))")
        return try JSONDecoder().decode([String: Int].self, from: Data(line.drop { $0 != "{" }.utf8))
    }
}
