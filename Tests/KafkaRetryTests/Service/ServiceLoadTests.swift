import Foundation
import KafkaTestBroker
import ListenerTestPlan
import Testing

/// A service under much at once: many records behind a slow one, many retries due beside a busy source, failures without end.
@Suite(.serialized) struct ServiceLoadTests {
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(10))) func unorderedBehindASlowRecordACrashRepeatsNothing() async throws {
        let count = 100_000
        let bench = try await ServiceBench("service-slow", partitions: 1)
        defer { bench.removeNotes() }
        var plan = bench.plan { _, topic in
            topic.order = "unordered"
            topic.delays = [100]
        }
        // One in ten hops to the retry topic.
        let errands = (0..<count).map { Errand($0, failures: $0 % 10 == 3 ? 1 : 0, milliseconds: $0 == 0 ? 3_600_000 : 0) }
        try await TestWriter(bench.servers).write(errands.map { TestRecord(to: bench.topics[0].source, value: $0.value) })
        let start = ContinuousClock.now
        try await bench.run(plan) { service in
            // All but the slow one are committed, and then it dies.
            try await bench.finished(count - 1, within: .seconds(300))
        }
        let time = ContinuousClock.now - start
        plan.isQuick = true
        try await bench.run(plan) { service in
            _ = try await service.line(containing: "handled 1", within: .seconds(60))
            let account = try await service.account()
            #expect(account["handled"] == 1 && account["retried"] == 0 && account["waiting"] == 0, "\(account)")
        }
        let repeated = try bench.calls.repeats.map(\.first.number)
        let ends = try await bench.ends.compactMap(\.number)
        let hops = try await bench.repeatedHops
        print("behind a slow record: \(count) in \(time), then a crash: \(repeated.count) calls and \(hops.count) hops repeated")
        #expect(repeated == [0] && hops.isEmpty)
        #expect(ends.count == count && Set(ends).count == count)
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func neitherRetriesNorSourceStarveTheOther() async throws {
        let count = 10_000
        let bench = try await ServiceBench("service-share")
        defer { bench.removeNotes() }
        let plan = bench.plan { _, topic in (topic.concurrency, topic.retryConcurrency) = (16, 16) }
        func errands(_ topic: String, from first: Int, _ headers: [TestRecord.Header] = []) -> [TestRecord] {
            (first..<first + count).map {
                TestRecord(to: topic, Int32($0 % 3), key: nil, value: Errand($0, milliseconds: 5).value, headers: headers)
            }
        }
        let due = TestRecord.now + 5_000
        let writer = try TestWriter(bench.servers)
        try await writer.write(errands(bench.topics[0].retry, from: 0, [.due(due)]) + errands(bench.topics[0].source, from: count))
        try await Task.sleep(for: .milliseconds(max(0, due - TestRecord.now)))
        try await bench.run(plan) { service in
            try await bench.finished(2 * count, within: .seconds(120))
            _ = try await service.account()
        }
        let calls = try bench.calls
        let isRetry = calls.notes.map { $0.attempt > 1 }
        // From when both had begun, as their partitions come one after the other, until one of them was done.
        let lastToBegin = max(isRetry.firstIndex(of: true) ?? 0, isRetry.firstIndex(of: false) ?? 0)
        let firstToEnd = min(isRetry.lastIndex(of: true) ?? 0, isRetry.lastIndex(of: false) ?? 0)
        let together = isRetry[lastToBegin...max(lastToBegin, firstToEnd)]
        let share = Double(together.count { $0 }) / Double(together.count)
        let begun = calls.notes.first?.time ?? 0
        let late = calls.lateness(notBefore: begun)
        print(
            """
            \(count) due retries beside \(count) source records: retries had \(Int(share * 100)) % of the calls; \
            late ms p50 \(Calls.quantile(late, 0.5)) p99 \(Calls.quantile(late, 0.99)) max \(late.last ?? 0), \
            all in \((calls.notes.last?.time ?? 0) - begun) ms
            """)
        #expect(share > 0.2 && share < 0.8 && together.count > count / 2, "\(share) of \(together.count)")
        #expect(calls.notes.count == 2 * count && calls.repeats.isEmpty && calls.early.isEmpty)
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(5))) func whileEverythingFailsFewBecomeDeadLetters() async throws {
        let time = Duration.seconds(ProcessInfo.processInfo.environment["RETRY_DOWN_SECONDS"].flatMap { Int($0) } ?? 12)
        let count = 250 * Int(time / .seconds(1))
        let (slots, window, pause) = (8, 20, Duration.milliseconds(500))
        let bench = try await ServiceBench("service-down")
        defer { bench.removeNotes() }
        var plan = bench.plan { _, topic in
            (topic.concurrency, topic.retryConcurrency, topic.delays) = (slots, slots, [10])
            topic.breaker = ServicePlan.Breaker(window: window, pause: Int64(pause / .milliseconds(1)))
        }
        plan.isDown = true
        try await TestWriter(bench.servers).write(
            (0..<count).map { TestRecord(to: bench.topics[0].source, Int32($0 % 3), value: Errand($0).value) })
        let start = ContinuousClock.now
        try await bench.run(plan) { service in
            try await service.ready()
            try await Task.sleep(for: time)
            _ = try await service.account()
        }
        let dead = try await bench.ends.count
        // A window's worth before it opens, what ran in all slots then, and one probe after each pause.
        let bound = window + 2 * slots + Int((ContinuousClock.now - start) / pause) + 1
        print(
            "everything fails for \(time): \(try bench.calls.notes.count) calls of handlers, \(dead) dead letters of \(count), at most \(bound)"
        )
        #expect(dead <= bound)
        plan.isDown = false
        try await bench.run(plan) { service in
            try await bench.finished(count, within: .seconds(60) + time * 2)
            _ = try await service.account()
        }
        let ends = try await bench.ends
        #expect(Set(ends.compactMap(\.number)).count == count && ends.count == count, "those that waited are handled")
        #expect(ends.count { $0.topic == bench.output } == count - dead)
    }
}
