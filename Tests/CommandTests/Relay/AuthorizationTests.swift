import Foundation
import KafkaTestBroker
import Testing

/// A relay that logs in as a user, who may do what ACLs say and nothing else.
@Suite(.serialized) struct AuthorizationTests {
    private static let user = "relay"
    private static let password = "not-to-be-printed-7f3a"

    @Test(.broker(requires: .control, .transactions)) func aWrongPasswordOrAMissingRightEndsIt() async throws {
        try await KafkaTestBroker.withDedicated(users: [Self.user: Self.password]) { broker in
            let topics = try await TestTopics.create("rights", servers: broker.bootstrapServers)
            func refusal(password: String = Self.password) async throws -> String {
                let result = try await Daemon.result(
                    of: Self.arguments(topics, broker), environment: ["RELAY_PASSWORD": password], within: .seconds(60))
                #expect(result.ending == .exit(77), "\(result)")
                #expect(!(result.output + result.errors).contains { $0.contains(password) }, "the password is printed: \(result)")
                return result.errors.joined(separator: "\n")
            }
            let wrong = try await refusal(password: "a-wrong-one-9c2e")
            #expect(wrong.contains("uthentication failed"), "\(wrong)")
            let withoutAny = try await refusal()
            #expect(withoutAny.contains(topics.source), "\(withoutAny)")
            try await Self.allowTopics(topics, broker, except: .readingRetries)
            let withoutTransactions = try await refusal()
            #expect(withoutTransactions.contains("transactional id \(topics.source)-relay-one-"), "\(withoutTransactions)")
            try await Self.allowTransactions(topics, broker)
            let withoutGroup = try await refusal()
            #expect(withoutGroup.contains("group \(topics.source) is not allowed"), "\(withoutGroup)")
            try await Self.allowGroup(topics, broker)
            let withoutReading = try await refusal()
            #expect(withoutReading.contains("reading \(topics.retry) is not allowed"), "\(withoutReading)")
            try await Self.allow(broker, ["--topic", topics.retry], "Read")
            try await TestWriter(topics.servers).write([TestRecord(to: topics.retry, number: 1)])
            try await Daemon.run(Self.arguments(topics, broker), environment: ["RELAY_PASSWORD": Self.password]) { daemon in
                try await daemon.ready()
                #expect(await (try Ledger(topics)).read(1).map(\.topic) == [topics.source])
                _ = try await daemon.account()
                #expect(!(daemon.outputLines + daemon.errorLines).contains { $0.contains(Self.password) })
            }
        }
    }

    @Test(.broker(requires: .control, .transactions)) func aTargetThatMayNotBeWrittenHoldsUpItsOwnRecordsAlone() async throws {
        try await KafkaTestBroker.withDedicated(users: [Self.user: Self.password]) { broker in
            let topics = try await TestTopics.create("no-write", servers: broker.bootstrapServers, partitions: 3)
            try await Self.allowTopics(topics, broker, except: .writingDeadLetters)
            try await Self.allowGroup(topics, broker)
            try await Self.allowTransactions(topics, broker)
            let writer = try TestWriter(topics.servers)
            // Every third is a dead letter, so that the first batch has some of both.
            func write(_ numbers: Range<Int>) async throws {
                let records = numbers.map { number in
                    TestRecord(to: topics.retry, Int32(number / 3 % 3), number: number, headers: number % 3 == 0 ? [.count(5)] : [])
                }
                try await writer.write(records)
            }
            func republished(_ records: [TestRecord]) -> [Int] {
                records.filter { $0.topic == topics.source }.compactMap(\.number).sorted()
            }
            try await write(0..<90)
            try await Daemon.run(Self.arguments(topics, broker), environment: ["RELAY_PASSWORD": Self.password]) { daemon in
                try await daemon.ready()
                let ledger = try Ledger(topics, partitions: 3)
                let begun = TestRecord.now
                await ledger.read(60, within: .seconds(90))
                // While some wait already, others come.
                try await write(90..<180)
                let found = await ledger.read(120, within: .seconds(90))
                #expect(republished(found) == (0..<180).filter { $0 % 3 != 0 }, "log: \(daemon.keepLog())")
                #expect(found.count == 120, "no dead letter yet; log: \(daemon.keepLog())")
                _ = try await daemon.errorLine(containing: "a topic cannot be written to", within: .seconds(60))
                #expect(daemon.said("a topic cannot be written to").allSatisfy { $0.contains(topics.deadLetter) }, "\(daemon.keepLog())")
                let tries = daemon.said("a topic cannot be written to").count
                try await Self.allow(broker, ["--topic", topics.deadLetter], "Write")
                let granted = TestRecord.now
                let all = await ledger.read(180, within: .seconds(120))
                #expect(all.compactMap(\.number).sorted() == Array(0..<180), "log: \(daemon.keepLog())")
                let (others, later) = (found.map(\.timestamp).max() ?? begun, all.map(\.timestamp).max() ?? granted)
                print(
                    "a missing right: all others \(others - begun) ms after the start, \(tries) tries; \(later - granted) ms after the grant"
                )
                let account = try await daemon.account()
                #expect(account["republished"] == 120 && account["dead_lettered"] == 60 && account["waiting"] == 0, "\(account)")
            }
            let seen = try await Ledger.all([topics.source, topics.deadLetter], partitions: 3, servers: topics.servers)
            #expect(seen.compactMap(\.number).sorted() == Array(0..<180))
        }
    }

    // MARK: - The ACLs of the README

    private static func arguments(_ topics: TestTopics, _ broker: KafkaTestBroker) -> [String] {
        let login = [
            "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", "sasl.username=\(user)", "sasl.password=${env:RELAY_PASSWORD}",
        ]
        return Daemon.relay(
            topics, group: topics.source, servers: broker.authenticatedServers,
            ["--delays", "50ms,50ms,50ms,50ms,50ms"] + login.flatMap { ["-X", $0] })
    }

    private static func allow(_ broker: KafkaTestBroker, _ resource: [String], _ operations: String...) async throws {
        try await broker.tool(
            "acls",
            ["--add", "--allow-principal", "User:\(user)"] + resource + operations.flatMap { ["--operation", $0] })
    }

    private static func allowTopics(_ topics: TestTopics, _ broker: KafkaTestBroker, except missing: Missing) async throws {
        try await allow(broker, ["--topic", topics.source], "Write", "Describe", "DescribeConfigs")
        try await allow(broker, ["--topic", topics.retry], "Write", "Describe", "DescribeConfigs", "Create")
        try await allow(broker, ["--topic", topics.deadLetter], "Describe", "DescribeConfigs", "Create")
        switch missing {
        case .readingRetries: try await allow(broker, ["--topic", topics.deadLetter], "Write")
        case .writingDeadLetters: try await allow(broker, ["--topic", topics.retry], "Read")
        }
    }

    private static func allowGroup(_ topics: TestTopics, _ broker: KafkaTestBroker) async throws {
        try await allow(broker, ["--group", topics.source], "Read", "Describe")
    }

    private static func allowTransactions(_ topics: TestTopics, _ broker: KafkaTestBroker) async throws {
        try await allow(
            broker, ["--transactional-id", topics.source + "-relay-", "--resource-pattern-type", "prefixed"], "Write", "Describe")
    }

    /// A right to a topic that a test withholds at first.
    private enum Missing { case readingRetries, writingDeadLetters }
}
