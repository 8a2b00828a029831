import Testing

@testable import RetryCore

/// Small batches keep a distance, so that what falls due one by one does not cost a transaction each.
@Suite struct BatchSpacingTests {
    private func script(_ change: (inout HopMachine.Settings) -> Void = { _ in }) throws -> MachineScript {
        let script = try MachineScript {
            $0.batchSpacing = .milliseconds(10)
            change(&$0)
        }
        script.own()
        script.wait(1_000)
        return script
    }

    private func scriptAfterABatch() throws -> MachineScript {
        let script = try script()
        script.fetch([0])
        #expect(script.wants() == ["produce 1"])
        script.succeed()
        return script
    }

    @Test func afterASmallBatchTheNextOneWaitsAndTakesAllThatFellDue() throws {
        let script = try script()
        script.fetch([0])
        #expect(script.wants() == ["produce 1"], "the first waits for nothing")
        script.wait(3)
        script.succeed()
        script.fetch([1])
        #expect(script.wants() == [])
        #expect(script.machine.nextWake(now: script.now) == script.now.advanced(milliseconds: 7))
        script.wait(5)
        script.fetch([2])
        #expect(script.wants() == [])
        script.wait(2)
        #expect(script.wants() == ["produce 2"])
    }

    @Test func oneThatGoesAheadKeepsItsDistanceToo() throws {
        let script = try script { $0.overlapsBatches = true }
        script.fetch([0])
        #expect(script.wants() == ["produce 1"])
        script.machine.produced(ProduceReport(), now: script.now)
        script.fetch([1])
        #expect(script.wants() == ["send offsets"])
        #expect(script.machine.nextWake(now: script.now) == script.now.advanced(milliseconds: 10))
        script.wait(10)
        #expect(script.wants() == ["produce 1"])
    }

    @Test func whatABatchCouldNotTakeDoesNotWait() throws {
        let script = try script { $0.batchRecords = 4 }
        script.fetch([0, 1, 2, 3, 4])
        #expect(script.wants() == ["produce 4"])
        script.succeed()
        #expect(script.wants() == ["produce 1"])
    }

    @Test func norWhatWasTooLargeForIt() throws {
        let script = try script { $0.batchBytes = 300 }
        script.fetch([0, 1, 2, 3, 4, 5])
        while script.machine.waiting > 0 {
            try #require(script.wants().count == 1)
            script.succeed()
        }
    }

    @Test func whoLeavesIsNotKeptWaiting() throws {
        let script = try scriptAfterABatch()
        #expect(script.machine.nextBatch == script.now.advanced(milliseconds: 10))
        script.machine.revoked([MachineScript.place])
        #expect(script.machine.nextBatch <= script.now)
    }

    @Test func aStopIsNotKeptWaiting() throws {
        let script = try scriptAfterABatch()
        #expect(script.machine.nextBatch == script.now.advanced(milliseconds: 10))
        script.machine.stop()
        #expect(script.machine.nextBatch <= script.now)
    }

    @Test func aClockThatIsSetBackKeepsNothingWaiting() throws {
        let script = try scriptAfterABatch()
        script.fetch([1], dueAfter: -10_000)
        script.wait(-5_000)
        #expect(script.wants() == ["produce 1"])
    }
}
