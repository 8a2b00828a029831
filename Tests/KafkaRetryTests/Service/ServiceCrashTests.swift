import Foundation
import KafkaTestBroker
import ListenerTestPlan
import Testing

/// A service with a listener in it, killed and stopped at any moment, judged by what a `read_committed` reader finds.
@Suite(.serialized) struct ServiceCrashTests {
    /// One topic by key with listed delays, one unordered with drawn ones.
    static func mix(_ number: Int, _ topic: inout ServicePlan.Topic) {
        guard number > 0 else { return }
        topic.order = "unordered"
        topic.delays = [100, 300, 1_000]
        topic.isJittered = true
    }

    @Test(.broker(requires: .transactions, .readingAfterAborts), .timeLimit(.minutes(5))) func killedTwentyTimesItLosesAndRepeatsNothing()
        async throws
    {
        let kills = 20
        var chance = Chance()
        let bench = try await ServiceBench("service-kills", topics: 2)
        defer { bench.removeNotes() }
        let plan = bench.plan("one", Self.mix)
        let lives = (0..<kills).map { _ in Duration.milliseconds(Int.random(in: 100...3_500, using: &chance)) }
        let load = ServiceLoad(records: 6_000, over: lives.reduce(.zero, +), seed: chance.next())

        async let due = load.write(to: bench, plan.topics)
        for life in lives {
            try await bench.run(plan) { service in
                try await Task.sleep(for: life)
                #expect(kill(service.pid, 0) == 0, "it ended by itself: \(service.errorLines.suffix(5))")
            }
        }
        let expected = try await due
        let account = try await bench.run(plan) { service in
            try await bench.finished(load.records, within: .seconds(60))
            return try await service.account()
        }
        let verdict = Verdict(try await bench.ends, due: expected)
        let calls = try bench.calls
        let repeatedHops = try await bench.repeatedHops
        print(
            """
            service killed \(kills) times, seed \(chance.seed): \(verdict); \(calls.notes.count) calls of handlers, \
            \(calls.repeats.count) of them repeated
            """)
        #expect(verdict.isClean && repeatedHops.isEmpty, "seed \(chance.seed): \(verdict), hops \(repeatedHops.prefix(10))")
        #expect(calls.early.isEmpty, "seed \(chance.seed): \(calls.early.prefix(10))")
        #expect(calls.outOfOrder.allSatisfy { $0.topic != bench.topics[0].source }, "seed \(chance.seed): \(calls.outOfOrder.prefix(10))")
        // Only what the life before left without a commit is called again.
        let unexplained = calls.repeats.filter { $0.first.life == $0.again.life }
        #expect(unexplained.isEmpty, "seed \(chance.seed): \(unexplained.prefix(10))")
        #expect(account["waiting"] == 0 && account["lost"] == 0 && account["held"] == 0, "\(account)")
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func stoppedUnderLoadItRepeatsNoCall() async throws {
        var chance = Chance()
        let bench = try await ServiceBench("service-stops", topics: 2)
        defer { bench.removeNotes() }
        let plan = bench.plan("one", Self.mix)
        let load = ServiceLoad(records: 3_000, over: .seconds(10), seed: chance.next())
        var (handled, times): (Int, [Duration]) = (0, [])

        async let due = load.write(to: bench, plan.topics)
        for _ in 0..<3 {
            handled += try await bench.run(plan) { service in
                try await service.ready()
                try await Task.sleep(for: .milliseconds(Int.random(in: 500...2_500, using: &chance)))
                let start = ContinuousClock.now
                defer { times.append(ContinuousClock.now - start) }
                return try await service.account()["handled"] ?? 0
            }
        }
        let expected = try await due
        handled += try await bench.run(plan) { service in
            try await bench.finished(load.records, within: .seconds(60))
            return try await service.account()["handled"] ?? 0
        }
        let verdict = Verdict(try await bench.ends, due: expected)
        let calls = try bench.calls
        print("service stopped 3 times, in \(times), seed \(chance.seed): \(verdict); \(calls.repeats.count) calls of handlers repeated")
        #expect(verdict.isClean && calls.repeats.isEmpty && calls.early.isEmpty, "seed \(chance.seed): \(calls.repeats.prefix(10))")
        // An errand is done with, or a dead letter.
        let done = try await bench.ends.count { $0.topic == bench.output }
        #expect(handled == done, "seed \(chance.seed): the accounts add up")
    }
}
