import Foundation
import KafkaTestBroker
import RDKafka
import Testing

/// contract.md, "What happens to a record on {Topic}-Retry", and its headers, as a service in another language meets them.
@Suite struct RelayRulesTests {
    typealias Header = TestRecord.Header

    /// Writes `records`, relays with `options` until each has left or `waiting` are left, and answers what stands in the other topics and the account.
    private func relay(
        _ records: (TestTopics) -> [TestRecord], leaving: Int = 0, partitions: Int = 1, group: String = KafkaTestBroker.uniqueName("rules"),
        _ options: [String] = []
    ) async throws -> (found: [TestRecord], account: [String: Int], written: [(timestamp: Int64, offset: Int64)]) {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("rules", servers: servers, partitions: partitions)
        let records = records(topics)
        let written = try await TestWriter(servers).write(records)
        return try await Daemon.run(Daemon.relay(topics, group: group, options)) { daemon in
            try await daemon.ready()
            let ledger = try Ledger(topics, partitions: partitions)
            let found = await ledger.read(records.count - leaving, within: .seconds(30))
            return (found, try await daemon.account(), written)
        }
    }

    @Test(.broker(requires: .transactions)) func aBarePayloadIsRetriedByThePolicyAndThenDeadLettered() async throws {
        let (found, account, written) = try await relay(
            { topics in
                (0...3).map { TestRecord(to: topics.retry, number: $0, headers: $0 == 0 ? [] : [.count($0)]) }
            }, ["--delays", "300ms,600ms,900ms"])
        #expect(found.count == 4 && account["republished"] == 3 && account["dead_lettered"] == 1 && account["waiting"] == 0)
        for record in found {
            let number = try #require(record.number)
            if number == 3 {
                #expect(record.topic.hasSuffix("-Error") && record.text("X-Dead-Letter-Reason") == "attempts-exhausted")
                #expect(record.text("X-Retry-Count") == "3")
            } else {
                #expect(record.topic.hasSuffix("-Error") == false && record.text("X-Retry-Count") == "\(number + 1)")
                #expect(record.timestamp >= written[number].timestamp + Int64(300 * (number + 1)))
                #expect(record.values("X-Next-Retry-Timestamp").isEmpty && record.values("X-Retry-Group").isEmpty)
            }
        }
    }

    @Test(.broker(requires: .transactions)) func keyValueAndForeignHeadersSurviveByteForByte() async throws {
        let foreign: [Header] = [
            .init("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), .init("repeated", "1"),
            .init([0xC3, 0x28, 0xFF], [0, 0xFF]), .init("repeated", "2"), .init("null", nil), .init("empty", ""), .init("", "no name"),
            .init("__connect.errors.topic", "x"), .init("X-Correlation-Id", "c-1"),
        ]
        let (found, _, _) = try await relay { topics in
            [
                TestRecord(to: topics.retry, key: [0, 1, 0xFF], value: [0xFE, 0, 1], headers: foreign),
                TestRecord(to: topics.retry, key: nil, value: [], headers: foreign + [.count(7)]),
                TestRecord(to: topics.retry, key: [], value: nil, headers: foreign),
                TestRecord(to: topics.retry, key: nil, value: nil, headers: [.count(1)] + foreign + [.count(7), .count(2)]),
            ]
        }
        #expect(found.count == 4)
        let names = Set(foreign.map(\.name))
        for record in found { #expect(record.headers.filter { names.contains($0.name) } == foreign) }
        let contents = found.map { [$0.key, $0.value] }
        for wanted: [[UInt8]?] in [[[0, 1, 0xFF], [0xFE, 0, 1]], [nil, []], [[], nil], [nil, nil]] { #expect(contents.contains(wanted)) }
        #expect(found.first { $0.key == nil && $0.value == [] }?.text("X-Dead-Letter-Reason") == "attempts-exhausted")
        #expect(found.first { $0.key == nil && $0.value == nil }?.text("X-Retry-Count") == "3", "the last one counts, and is replaced")
    }

    static let malformed: [[UInt8]?] = [
        nil, [], Array("-1".utf8), Array("+1".utf8), Array("1.0".utf8), Array("1e3".utf8), Array(" 1".utf8), Array("1 ".utf8),
        Array("0x1".utf8),
        Array("one".utf8), Array("9223372036854775808".utf8), Array("99999999999999999999999999".utf8), [0xFF, 0xFE], [0, 0, 0, 1],
        Array("１".utf8), [0x31, 0],
    ]

    @Test(.broker(requires: .transactions)) func whatIsNotAPlainDecimalNumberIsDeadLettered() async throws {
        let (found, account, _) = try await relay { topics in
            Self.malformed.flatMap { value in
                ["X-Retry-Count", "X-Next-Retry-Timestamp"].map {
                    TestRecord(to: topics.retry, value: Array($0.utf8), headers: [.init(Array($0.utf8), value)])
                }
            }
        }
        #expect(found.count == 2 * Self.malformed.count && account["dead_lettered"] == 2 * Self.malformed.count)
        for record in found {
            #expect(record.topic.hasSuffix("-Error") && record.text("X-Dead-Letter-Reason") == "malformed-header", "\(record.headers)")
        }
    }

    @Test(.broker(requires: .transactions)) func ofAHeaderThatStandsThereTwiceTheLastCounts() async throws {
        let (found, _, _) = try await relay { topics in
            [
                TestRecord(to: topics.retry, number: 0, headers: [.init("X-Retry-Count", "x"), .count(1)]),
                TestRecord(to: topics.retry, number: 1, headers: [.count(1), .init("X-Retry-Count", nil)]),
            ]
        }
        #expect(found.first { $0.number == 0 }?.text("X-Retry-Count") == "2")
        #expect(found.first { $0.number == 1 }?.text("X-Dead-Letter-Reason") == "malformed-header")
    }

    @Test(.broker(requires: .transactions)) func tooFarAheadTooOldAndLongDueEachHaveTheirPlace() async throws {
        let now = TestRecord.now
        let (found, account, _) = try await relay(
            { topics in
                [
                    TestRecord(to: topics.retry, number: 0, headers: [.due(now + 3_700_000)]),
                    TestRecord(to: topics.retry, number: 1, headers: [.due(.max)]),
                    TestRecord(to: topics.retry, number: 2, headers: [.init("X-First-Failure-Timestamp", String(now - 700_000))]),
                    TestRecord(to: topics.retry, number: 3, headers: [.init("X-First-Failure-Timestamp", String(now - 500_000)), .due(0)]),
                    TestRecord(to: topics.retry, number: 4, headers: [.due(now + 3_500_000)]),
                    TestRecord(to: topics.retry, number: 5, headers: [.count(2), .due(now + 3_500_000)]),
                ]
            }, leaving: 1, ["--horizon", "1h", "--max-age", "10m", "--delays", "100ms,100ms"])
        let reasons = Dictionary(uniqueKeysWithValues: found.map { ($0.number ?? -1, $0.text("X-Dead-Letter-Reason")) })
        #expect(reasons == [0: "due-out-of-range", 1: "due-out-of-range", 2: "expired", 3: nil, 5: "attempts-exhausted"])
        #expect(account["waiting"] == 1 && account["republished"] == 1 && account["dead_lettered"] == 4, "\(account)")
    }

    @Test(.broker(requires: .transactions)) func recordsOfOtherGroupsAndServicesArePassedOver() async throws {
        let group = KafkaTestBroker.uniqueName("ours")
        let (found, account, _) = try await relay(
            { topics in
                [
                    TestRecord(to: topics.retry, number: 0, headers: [.init("X-Retry-Group", group)]),
                    TestRecord(to: topics.retry, number: 1, headers: [.init("X-Retry-Group", "theirs")]),
                    TestRecord(to: topics.retry, number: 2, headers: [.init("X-Exception-Service", "billing")]),
                    TestRecord(to: topics.retry, number: 3, headers: [.init("X-Exception-Service", "patients")]),
                    TestRecord(
                        to: topics.retry, number: 4, headers: [.init("X-Retry-Group", group), .init("X-Exception-Service", "patients")]),
                    TestRecord(to: topics.retry, number: 5, headers: []),
                    TestRecord(to: topics.retry, number: 6, headers: [.init("X-Retry-Group", group), .init("X-Retry-Marker", "forged")]),
                ]
            }, leaving: 3, group: group, ["--service", "billing", "--delays", "50ms"])
        #expect(Set(found.map(\.number)) == [0, 2, 4, 5] && account["passed_over"] == 2 && account["republished"] == 4, "\(account)")
    }

    @Test(.broker(requires: .transactions)) func springsHeadersAreHonouredAndWritten() async throws {
        let due = TestRecord.now + 1_500
        func bytes(_ value: Int64, _ count: Int) -> [UInt8] { (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let (found, _, _) = try await relay(
            { topics in
                [
                    TestRecord(
                        to: topics.retry, number: 0,
                        headers: [
                            .init(Array("retry_topic-attempts".utf8), bytes(3, 4)),
                            .init(Array("retry_topic-backoff-timestamp".utf8), bytes(due, 8)),
                        ]),
                    TestRecord(to: topics.retry, number: 1, headers: [.init(Array("retry_topic-attempts".utf8), [1, 2, 3])]),
                    TestRecord(to: topics.retry, number: 2, headers: [.count(1), .init(Array("retry_topic-attempts".utf8), bytes(99, 4))]),
                ]
            }, ["--dialect", "spring", "--delays", "50ms,50ms,50ms"])
        let first = try #require(found.first { $0.number == 0 })
        #expect(first.timestamp >= due && first.values("retry_topic-attempts") == [bytes(3, 4)] && first.values("X-Retry-Count").isEmpty)
        #expect(found.first { $0.number == 1 }?.text("X-Dead-Letter-Reason") == "malformed-header")
        #expect(found.first { $0.number == 2 }?.values("retry_topic-attempts") == [bytes(3, 4)], "ours come before Spring's")
        #expect(found.first { $0.number == 2 }?.values("X-Retry-Count").isEmpty == true)
    }

    @Test(.broker(requires: .transactions)) func aPartitionNumberIsKeptWhereTheTargetHasIt() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try TestTopics("partitions", servers: servers)
        try await topics.create(topics.source, 2)
        try await topics.create(topics.retry, 5, ["retention.ms": "-1"])
        try await topics.create(topics.deadLetter, 5)
        var records = (0..<5).map { TestRecord(to: topics.retry, Int32($0), key: nil, value: Array("\($0)".utf8)) }
        // The Java client's murmur2 of these keys, modulo 2.
        records += (0..<20).map { TestRecord(to: topics.retry, 4, key: Array("key-\($0)".utf8), value: Array("\(100 + $0)".utf8)) }
        try await TestWriter(servers).write(records)
        try await Daemon.run(Daemon.relay(topics, group: topics.source, ["--delays", "50ms"])) { daemon in
            try await daemon.ready()
            let found = await (try Ledger([topics.source], partitions: 2, servers: servers)).read(25)
            #expect(found.count == 25)
            for record in found where (record.number ?? 0) < 5 { #expect(record.partition == Int32(record.number ?? 0) % 2) }
            #expect(Set(found.filter { ($0.number ?? 0) >= 100 }.map(\.partition)) == [0, 1])
        }
    }

    @Test(.broker(requires: .transactions, .topicConfiguration)) func missingTopicsAreMadeLikeTheSource() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try TestTopics("made", servers: servers)
        try await topics.create(topics.source, 3, ["max.message.bytes": "2000000"])
        try await Daemon.run(Daemon.relay(topics, group: topics.source, ["--horizon", "1d"])) { daemon in
            try await daemon.ready()
            let counts = [try await topics.partitionCount(topics.retry), try await topics.partitionCount(topics.deadLetter)]
            #expect(counts == [3, 3])
            let (retry, error) = (try await topics.settings(topics.retry), try await topics.settings(topics.deadLetter))
            #expect(retry["max.message.bytes"] == "2016384" && error["max.message.bytes"] == "2016384")
            #expect(retry["cleanup.policy"] == "delete" && retry["retention.bytes"] == "-1")
            #expect(retry["retention.ms"] == String(9 * 86_400_000) && error["retention.ms"] == "-1")
        }
    }

    @Test(.broker(requires: .transactions)) func aRecordDueInAnHourDelaysNothing() async throws {
        let now = TestRecord.now
        let (found, account, written) = try await relay(
            { topics in
                [TestRecord(to: topics.retry, number: 0, headers: [.due(now + 3_600_000)])]
                    + (1...1_000).map { TestRecord(to: topics.retry, number: $0) }
            }, leaving: 1, ["--delays", "300ms"])
        let due = Dictionary(uniqueKeysWithValues: (1...1_000).map { ($0, written[$0].timestamp + 300) })
        let verdict = Verdict(found, due: due)
        print("behind one due in an hour: \(verdict)")
        #expect(verdict.isClean && verdict.latest < 10_000, "\(verdict)")
        #expect(account["waiting"] == 1 && account["republished"] == 1_000, "\(account)")
    }
}
