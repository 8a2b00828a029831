import Foundation
import KafkaTestBroker
import ListenerTestPlan
import Testing

/// Several processes with a listener of one group.
@Suite struct ServiceMembersTests {
    /// What befalls a process.
    enum Fate: String, CaseIterable, Sendable {
        case stopped, killed, frozen
    }

    /// What became of a process and of the one that took its place.
    private struct Story: Sendable {
        /// What died may have left calls without a commit.
        var dead: Set<String> = []
        /// Who lost its membership too, and may have called for what others own by then.
        var lost: Set<String> = []
        /// Who was frozen when, in milliseconds since 1970.
        var frozen: [String: Int64] = [:]
        var log: [String]
    }

    /// Three share the partitions for 60 s. One after the other meets its fate, and comes back.
    @Test(.broker(requires: .transactions, .cooperativeSticky), .timeLimit(.minutes(5)))
    func membersThatComeGoDieAndFreezeLoseAndRepeatNothing() async throws {
        var chance = Chance()
        let bench = try await ServiceBench("service-members", topics: 2)
        defer { bench.removeNotes() }
        let load = ServiceLoad(records: 6_000, over: .seconds(45), seed: chance.next())
        let fates = Fate.allCases.shuffled(using: &chance)
        let begins = fates.indices.map { Duration.milliseconds(5_000 + 9_000 * $0 + Int.random(in: 0...3_000, using: &chance)) }
        let aways = fates.map { _ in Duration.milliseconds(Int.random(in: 12_000...18_000, using: &chance)) }
        let end = ContinuousClock.now + .seconds(60)
        let seed = chance.seed

        async let due = load.write(to: bench, bench.plan("any", ServiceCrashTests.mix).topics)
        let stories = try await withThrowingTaskGroup(of: Story.self) { members in
            for (index, fate) in fates.enumerated() {
                let plan = bench.plan("member-\(index)", ServiceCrashTests.mix)
                members.addTask { try await Self.member(bench, plan, fate, after: begins[index], away: aways[index], until: end) }
            }
            return try await members.reduce(into: [Story]()) { $0.append($1) }
        }
        let expected = try await due
        let verdict = Verdict(try await bench.ends, due: expected)
        let calls = try bench.calls
        let lives = Set(calls.notes.map(\.life)).count
        let repeatedHops = try await bench.repeatedHops
        let log = stories.map { $0.log.joined(separator: "\n") }.joined(separator: "\n")
        print(
            """
            service members \(fates.map(\.rawValue)) after \(begins) for \(aways), seed \(seed): \(verdict); \
            \(calls.notes.count) calls of handlers by \(lives) processes, \(calls.repeats.count) of them repeated
            """)
        #expect(verdict.isClean && repeatedHops.isEmpty, "seed \(seed): \(verdict), hops \(repeatedHops.prefix(10))\n\(log)")
        #expect(calls.early.isEmpty, "seed \(seed): \(calls.early.prefix(10))")
        let frozen = stories.reduce(into: [String: Int64]()) { $0.merge($1.frozen) { $1 } }
        let owned = Calls(calls.notes.filter { $0.time < frozen[$0.life] ?? .max })
        let outOfOrder = owned.outOfOrder.filter { $0.topic == bench.topics[0].source }
        #expect(outOfOrder.isEmpty, "seed \(seed): \(outOfOrder.prefix(10))\n\(log)")
        let (dead, lost) = stories.reduce(into: (Set<String>(), Set<String>())) { sets, story in
            sets.0.formUnion(story.dead)
            sets.1.formUnion(story.lost)
        }
        // Thawed, it finds out whether others have its records before it goes on; what had just been decided may still begin.
        let stale = calls.repeats.filter {
            $0.again.time > frozen[$0.again.life] ?? .max && !dead.contains($0.first.life) && !lost.contains($0.first.life)
        }
        #expect(stale.count <= 3, "seed \(seed): \(stale.prefix(10))\n\(log)")
        let unexplained = calls.repeats.filter {
            !dead.contains($0.first.life) && !lost.contains($0.first.life) && !lost.contains($0.again.life)
        }
        #expect(unexplained.isEmpty, "seed \(seed): \(unexplained.prefix(10))\n\(log)")
        #expect(lives >= 3, "others took over")
    }

    private static func member(
        _ bench: ServiceBench, _ plan: ServicePlan, _ fate: Fate, after begin: Duration, away: Duration, until end: ContinuousClock.Instant
    ) async throws -> Story {
        var story = Story(log: ["--- \(plan.instance) \(fate)"])
        func life(_ service: Daemon) -> String { "\(plan.instance)/\(service.pid)" }
        func listen(to service: Daemon) {
            story.log += service.errorLines
            let isLost = service.errorLines.contains { $0.contains("the membership has ended") || $0.contains("fenced") }
            if isLost { story.lost.insert(life(service)) }
        }
        func finish(_ service: Daemon) async throws {
            try await Task.sleep(until: end)
            _ = try await service.account()
            listen(to: service)
        }
        try await bench.run(plan) { service in
            try await Task.sleep(for: begin)
            try await service.ready()
            story.log.append("\(Date()) \(fate)")
            switch fate {
            case .stopped:
                _ = try await service.account()
                listen(to: service)
            case .killed:
                await service.kill()
                story.dead.insert(life(service))
                listen(to: service)
            case .frozen:
                story.frozen[life(service)] = TestRecord.now
                service.signal(SIGSTOP)
                try await Task.sleep(for: away)
                service.signal(SIGCONT)
                try await finish(service)
            }
        }
        guard fate != .frozen else { return story }
        try await Task.sleep(for: away)
        try await bench.run(plan) { try await finish($0) }
        return story
    }
}
