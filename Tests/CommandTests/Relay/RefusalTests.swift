import Foundation
import KafkaTestBroker
import Testing

/// Records that a broker will not take.
@Suite struct RefusalTests {
    private static let small = ["max.message.bytes": "20000"]

    /// A hundred records, one of which is too large for the source topic: for its value, or for its texts alone.
    private func relay(
        deadLetter: [String: String] = [:], big: (TestTopics) -> TestRecord
    ) async throws -> (found: [TestRecord], account: [String: Int], log: [String], again: [String: Int]) {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create(
            "refused", servers: servers, source: Self.small, retry: ["max.message.bytes": "1000000"], deadLetter: deadLetter)
        let neighbours = (1...100).map { TestRecord(to: topics.retry, number: $0) }
        try await TestWriter(servers).write(Array(neighbours[..<50]) + [big(topics)] + Array(neighbours[50...]))
        let arguments = Daemon.relay(topics, group: topics.source, ["--delays", "50ms"])
        let (account, log) = try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let ledger = try Ledger(topics)
            await ledger.read(within: .seconds(20)) { Set($0.compactMap(\.number)).isSuperset(of: 1...100) }
            if deadLetter.isEmpty {
                await ledger.read(101)
            } else {
                _ = try await daemon.errorLine(containing: "a record is held")
            }
            return (try await daemon.account(), daemon.errorLines)
        }
        // At the next start what was held is tried again, and what is done stays done.
        let again = try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            if !deadLetter.isEmpty { _ = try await daemon.errorLine(containing: "a record is held") }
            return try await daemon.account()
        }
        return (try await Ledger.all([topics.source, topics.deadLetter], partitions: 1, servers: servers), account, log, again)
    }

    @Test(.broker(requires: .transactions, .topicConfiguration)) func aRecordTooLargeForItsTargetIsDeadLetteredAndStopsNobody() async throws
    {
        let (found, account, log, again) = try await relay { topics in
            TestRecord(to: topics.retry, key: nil, value: Array("0 ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 100_000))
        }
        #expect(found.compactMap(\.number).sorted() == Array(0...100), "\(log.suffix(20))")
        let refused = found.filter { $0.number == 0 }
        #expect(refused.count == 1 && refused[0].topic.hasSuffix("-Error") && refused[0].text("X-Dead-Letter-Reason") == "refused")
        #expect(refused[0].value?.count == 100_002 && refused[0].text("X-Retry-Count") == nil)
        #expect(
            account["republished"] == 100 && account["dead_lettered"] == 1 && account["waiting"] == 0 && account["held"] == 0, "\(account)")
        #expect(log.contains { $0.contains("the broker refused a record") })
        #expect(again["republished"] == 0 && again["dead_lettered"] == 0 && again["waiting"] == 0, "\(again)")
    }

    /// A stack trace in Spring's header is no reason to give the record up.
    @Test(.broker(requires: .transactions, .topicConfiguration)) func aRecordThatFitsWithoutItsTextsIsRepublishedWithoutThem() async throws
    {
        let (found, account, log, _) = try await relay { topics in
            TestRecord(
                to: topics.retry, number: 0,
                headers: [.init("kafka_exception-stacktrace", String(repeating: "at x.y.Z\n", count: 10_000)), .init("kept", "yes")])
        }
        let stripped = found.filter { $0.number == 0 }
        #expect(stripped.count == 1 && !stripped[0].topic.hasSuffix("-Error") && stripped[0].text("kept") == "yes", "\(log.suffix(20))")
        #expect(stripped.first?.values("kafka_exception-stacktrace").isEmpty == true)
        #expect(account["republished"] == 101 && account["dead_lettered"] == 0, "\(account)")
    }

    @Test(.broker(requires: .transactions, .topicConfiguration)) func aRecordThatNobodyTakesIsHeldAndCounted() async throws {
        let (found, account, log, again) = try await relay(deadLetter: Self.small) { topics in
            TestRecord(to: topics.retry, key: nil, value: Array("0 ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 100_000))
        }
        #expect(found.compactMap(\.number).sorted() == Array(1...100), "\(log.suffix(20))")
        #expect(account["republished"] == 100 && account["held"] == 1 && account["waiting"] == 0, "\(account)")
        #expect(again["republished"] == 0 && again["held"] == 1 && again["waiting"] == 0, "\(again)")
    }
}
