import Foundation
import KafkaTestBroker
import Testing

/// Several relays of one group.
@Suite struct MembersTests {
    /// What befalls a member.
    enum Fate: String, CaseIterable, Sendable {
        case stopped, killed, frozen
    }

    @Test(.broker(requires: .transactions, .cooperativeSticky), .timeLimit(.minutes(5)))
    func membersThatComeGoDieAndFreezeLoseAndRepeatNothing() async throws {
        // The members' troubles overlap.
        try await share(Fate.allCases, apart: 12_000)
    }

    /// With an eager assignor all give up all of theirs whenever one comes or goes.
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5)))
    func membersOfAnEagerGroupThatComeAndGoLoseAndRepeatNothing() async throws {
        // One is always there.
        try await share([.stopped, .killed], apart: 30_000, ["-X", "partition.assignment.strategy=range"])
    }

    /// A member for each of `fates` shares six partitions for 60 seconds. One after the other meets its fate, so many milliseconds `apart`,
    /// and comes back.
    private func share(_ fates: [Fate], apart: Int, _ more: [String] = []) async throws {
        var chance = Chance()
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("members", servers: servers, partitions: 6)
        let group = KafkaTestBroker.uniqueName("members")
        let fates = fates.shuffled(using: &chance)
        let load = Load(records: 6_000, over: .seconds(60), seed: chance.next(), partitions: 6)
        let begins = fates.indices.map { Duration.milliseconds(6_000 + apart * $0 + Int.random(in: 0...6_000, using: &chance)) }
        let aways = fates.map { _ in Duration.milliseconds(Int.random(in: 12_000...22_000, using: &chance)) }
        let seed = chance.seed

        async let due = load.write(to: topics)
        let troubles = try await withThrowingTaskGroup(of: String.self) { members in
            for (index, fate) in fates.enumerated() {
                let arguments = Daemon.relay(topics, group: group, instance: "member-\(index)", ["--delays", "200ms,1s,3s"] + more)
                members.addTask {
                    try await Self.member(arguments, fate, after: begins[index], away: aways[index], lives: .seconds(85))
                }
            }
            return try await members.reduce(into: [String]()) { $0.append($1) }
        }
        let expected = try await due
        let found = try await Ledger.all([topics.source, topics.deadLetter], partitions: 6, servers: servers)
        let verdict = Verdict(found, due: expected)
        print("members \(more) \(fates.map(\.rawValue)) after \(begins) for \(aways), seed \(seed): \(verdict)")
        #expect(verdict.isClean, "seed \(seed): \(verdict)\n\(troubles.joined(separator: "\n"))")
        #expect(verdict.latest < 25_000, "seed \(seed): \(verdict)\n\(Self.slowest(found, expected))\n\(troubles.joined(separator: "\n"))")
    }

    /// One member's story; answers what it logged.
    private static func member(
        _ arguments: [String], _ fate: Fate, after begin: Duration, away: Duration, lives: Duration
    ) async throws -> String {
        let end = ContinuousClock.now + lives
        var log = ["--- \(arguments[8]) \(fate)"]
        try await Daemon.run(arguments) { daemon in
            try await Task.sleep(for: begin)
            try await daemon.ready()
            log.append("\(Date()) \(fate)")
            switch fate {
            case .stopped: _ = try await daemon.account()
            case .killed: await daemon.kill()
            case .frozen:
                daemon.signal(SIGSTOP)
                try await Task.sleep(for: away)
                daemon.signal(SIGCONT)
                log.append("\(Date()) thawed")
                try await Task.sleep(until: end)
                _ = try await daemon.account()
            }
            log += daemon.errorLines
        }
        guard fate != .frozen else { return log.joined(separator: "\n") }
        try await Task.sleep(for: away)
        try await Daemon.run(arguments) { daemon in
            try await Task.sleep(until: end)
            _ = try await daemon.account()
            log += daemon.errorLines
        }
        return log.joined(separator: "\n")
    }

    private static func slowest(_ records: [TestRecord], _ due: [Int: Int64]) -> String {
        let late = records.compactMap { record in record.number.flatMap { due[$0] }.map { (record, record.timestamp - $0) } }
        return late.sorted { $0.1 > $1.1 }.prefix(5).map {
            "\($0.0.topic)[\($0.0.partition)] at \(Date(timeIntervalSince1970: Double($0.0.timestamp) / 1_000)) late \($0.1)"
        }
        .joined(separator: "\n")
    }
}
