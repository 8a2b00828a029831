import Testing

@testable import RetryCore

/// A batch that is written while the one before it is being committed.
@Suite("A batch ahead of its turn")
struct HopMachineAheadTests {
    private let outdated = TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "old")

    /// Of two batches the first has sent its offsets or is about to, and the second, with record 1, is being written.
    private func scriptWithTwo(_ change: (inout HopMachine.Settings) -> Void = { _ in }) throws -> (MachineScript, first: Int, second: Int)
    {
        let script = try MachineScript {
            $0.overlapsBatches = true
            change(&$0)
        }
        script.own()
        script.fetch([0])
        #expect(script.wants() == ["produce 1"])
        let first = try #require(script.batch?.number)
        script.fetch([1])
        #expect(script.wants() == [], "not before all of the first stands in the log")
        script.machine.produced(ProduceReport(), of: first, now: script.now)
        #expect(script.wants() == ["send offsets", "produce 1"])
        #expect(script.values == ["record 1"])
        return (script, first, try #require(script.batch?.number))
    }

    @Test func itsOffsetsWaitForTheCommitBefore() throws {
        let (script, _, second) = try scriptWithTwo()
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        #expect(script.wants() == [])
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["commit"])
        script.machine.committed(nil)
        #expect(script.wants() == ["send offsets"])
        #expect(script.commits.map(\.offset) == [2], "both are done then")
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(nil)
        _ = script.wants()
        #expect(script.machine.account.republished == 2 && script.machine.waiting == 0)
    }

    @Test func onlyOneGoesAhead() throws {
        let (script, _, second) = try scriptWithTwo()
        script.fetch([2])
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        #expect(script.wants() == [])
        #expect(script.machine.nextWake(now: script.now) > script.now)
    }

    @Test func itIsAbortedIfTheOneBeforeWasAndBothGoAgainInTheirOrder() throws {
        let (script, _, second) = try scriptWithTwo()
        script.machine.offsetsSent(outdated, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        #expect(script.wants() == [], "its reports are not in yet")
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        #expect(script.wants() == ["abort"])
        script.fetch([2])
        script.machine.aborted(nil, now: script.now)
        script.wait(1_000)
        #expect(script.wants() == ["produce 3"])
        #expect(script.values == ["record 0", "record 1", "record 2"])
    }

    @Test func ifItsProducerFailsTheCommitBeforeIsHeededFirst() throws {
        let (script, _, second) = try scriptWithTwo()
        var report = ProduceReport()
        report.failure = TransactionFailure(.fatal, reason: "fenced")
        script.machine.produced(report, of: second, now: script.now)
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["commit"])
        script.machine.committed(nil)
        #expect(script.wants() == ["recover"])
        #expect(script.machine.account.republished == 1)
    }

    @Test func whenTheProducersAreMadeAnewItGoesAgainAndItsReportIsNobodys() throws {
        let (script, _, second) = try scriptWithTwo()
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(TransactionFailure(.fatal, reason: "fenced"))
        #expect(script.wants() == ["recover"])
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        #expect(script.wants() == [])
        script.machine.recovered()
        _ = script.wants()
        script.restore(MachineScript.place, committed: 1, metadata: "kr1 owner=me")
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["record 1"], "the first was committed")
    }

    @Test func aRevocationWaitsForBoth() throws {
        let (script, _, second) = try scriptWithTwo()
        script.machine.revoked([MachineScript.place])
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(nil)
        #expect(script.wants() == [], "the second is still being written")
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        _ = script.wants()
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["commit"])
        script.machine.committed(nil)
        #expect(script.wants() == ["unassign T-Retry[0]"])
    }

    @Test func aPartitionThatIsLostTakesItsPartOfBoth() throws {
        let (script, _, second) = try scriptWithTwo()
        script.machine.lost([MachineScript.place])
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        script.machine.produced(ProduceReport(), of: second, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        #expect(script.wants() == ["unassign T-Retry[0]"])
    }

    @Test func itsProgressBuildsOnTheMarkerOfTheOneBefore() throws {
        let script = try MachineScript {
            $0.overlapsBatches = true
            $0.metadataCapacity = 15
        }
        script.own()
        script.fetch([0], dueAfter: 60_000)
        script.fetch([1])
        #expect(script.wants() == ["produce 2"])
        let first = try #require(script.batch)
        let marker = try #require(first.toldIndices.first)
        script.fetch([2], dueAfter: 60_000)
        script.fetch([3])
        var report = ProduceReport()
        report.offsets[marker] = 4
        script.machine.produced(report, of: first.number, now: script.now)
        #expect(script.wants() == ["send offsets", "produce 2"])
        let second = try #require(script.batch)
        let written = try #require(second.toldIndices.first.map { second.records[$0] })
        let record = KafkaRecord(
            source: MachineScript.place, offset: 5, timestamp: nil, key: written.key, value: written.value, headers: written.headers)
        #expect(CompletionMarker(record, group: "g")?.previous?.offset == 4)
    }

    @Test func inTroubleOneFollowsTheOther() throws {
        let script = try MachineScript { $0.overlapsBatches = true }
        script.own()
        script.fetch([0, 1])
        _ = script.wants()
        let first = try #require(script.batch?.number)
        var report = ProduceReport()
        for index in 0...1 { report.refused[index] = "one of them is too large" }
        script.machine.produced(report, of: first, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        #expect(script.wants() == ["produce 1"])
        script.fetch([2])
        script.machine.produced(ProduceReport(), of: try #require(script.batch?.number), now: script.now)
        #expect(script.wants() == ["send offsets"])
    }
}
