import Testing

@testable import RetryCore

/// Handlers that run when their partition leaves, or when the member stops.
@Suite struct HandlingEndTests {
    private let source = HandlingScript.source
    private let failure = HandlingScript.failure

    @Test func aRevocationWaitsForHandlersAndTheirOutcomes() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.begun()
        script.machine.revoked([source])
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        #expect(script.wants() == ["produce 1"])
        script.succeed()
        #expect(script.wants() == [], "the other one runs")
        script.machine.handled(2, outcomes: [.done(writing: [HandlingScript.out("b")])], now: script.now)
        #expect(script.wants() == ["produce 1"])
        script.succeed()
        #expect(script.wants() == ["unassign T[0]"])
        #expect(script.saved[source]?.offset == 2)
    }

    @Test func aHandlerThatOutlastsTheGraceIsCancelledAndItsOutcomeDropped() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        _ = script.begun()
        script.machine.revoked([source])
        #expect(script.wants() == [])
        #expect(script.machine.nextWake(now: script.now) == script.now.advanced(by: .seconds(10)))
        script.wait(10_000)
        #expect(script.wants() == ["cancel 1", "unassign T[0]"])
        #expect(script.machine.takeNotices().contains(.outcomesDropped(source, count: 1)))
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        #expect(script.wants() == [])
    }

    @Test func whatRunsWhenTheMembershipIsLostIsCancelledAtOnce() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        _ = script.wants()
        script.machine.lost([source])
        #expect(script.wants() == ["cancel 1", "unassign T[0]"])
    }

    @Test func aStopStartsNothingAndCommitsWhatRuns() throws {
        let script = try HandlingScript.script { $0.concurrency = 1 }
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.begun()
        script.machine.stop()
        #expect(script.wants() == [] && !script.machine.isSettled)
        script.machine.handled(1, outcomes: [.retry(failure, after: nil)], now: script.now)
        #expect(script.wants() == ["produce 1"])
        script.succeed()
        #expect(script.wants() == [] && script.machine.isSettled)
    }

    @Test func outcomesThatGoAloneAreCommittedBeforeAStopToo() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.wants()
        for call in 1...2 { script.machine.handled(call, outcomes: [.done(writing: [HandlingScript.out("\(call)")])], now: script.now) }
        #expect(script.wants() == ["produce 2"])
        var report = ProduceReport()
        for index in 0...1 { report.refused[index] = "one of them is too large" }
        script.machine.produced(report, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        script.machine.stop()
        for _ in 0..<2 {
            #expect(!script.machine.isSettled)
            #expect(script.wants() == ["produce 1"])
            script.succeed()
        }
        _ = script.wants()
        #expect(script.machine.isSettled && script.saved[source]?.offset == 2)
    }

    @Test func aLossCancelsHandlersThoughABatchHoldsThePartition() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        #expect(script.wants() == ["produce 1"])
        script.machine.lost([source])
        #expect(script.wants() == ["cancel 2"], "brokers may not answer the batch for long")
    }

    @Test func aTopicThatWasMadeAnewEndsWhatRuns() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        #expect(script.started() == ["handle T[0] [0]"])
        script.machine.outOfRange(source)
        #expect(script.wants() == ["restore T[0]"])
        script.restore(source, log: 0..<0)
        #expect(script.wants().contains("cancel 1"))
        #expect(script.machine.takeNotices().contains(.outcomesDropped(source, count: 1)))
    }
}
