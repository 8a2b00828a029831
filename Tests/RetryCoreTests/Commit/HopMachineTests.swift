import RetryCore
import Testing

/// The five rules of DESIGN.md, "The commit".
@Suite struct HopMachineTests {
    private let place = MachineScript.place
    private let other = MachineScript.other
    private let timeout = TransactionFailure(.retriable, reason: "timed out")
    private let fenced = TransactionFailure(.fatal, reason: "fenced")
    private let outdated = TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "illegal generation")

    // MARK: 1. Epochs

    @Test func outcomesOfALostPartitionAreDroppedAndTheOthersGoIntoTheNextBatch() throws {
        let script = try MachineScript()
        script.own([place, other])
        script.fetch([0], at: place)
        script.fetch([7], at: other)
        #expect(script.wants() == ["produce 2"])
        script.machine.lost([place])
        #expect(script.wants() == [], "the batch ends first")
        script.machine.produced(ProduceReport(), now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        #expect(script.wants() == ["unassign T-Retry[0]"])
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["record 7"])
    }

    @Test func aPartitionThatWasLostWithABatchUnderWayIsReadAnew() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        script.machine.lost([place])
        script.machine.produced(ProduceReport(), now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        _ = script.wants()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 0, metadata: "kr1 owner=me")
        #expect(script.wants() == ["assign T-Retry[0]@0"], "from the low-water mark, not from where its memory ended")
    }

    @Test func anOutdatedGenerationIsAbortedAndTriedAgain() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        script.machine.produced(ProduceReport(), now: script.now)
        #expect(script.wants() == ["send offsets"])
        script.machine.offsetsSent(outdated, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        #expect(script.wants() == [], "not at once: a broker in trouble is not stormed")
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["record 0"])
    }

    // MARK: 2. Revocation

    @Test func aRevocationIsAcknowledgedWhenTheBatchThatHoldsThePartitionHasEnded() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1], dueAfter: 0)
        _ = script.wants()
        script.fetch([2])
        script.machine.revoked([place])
        #expect(script.wants() == [])
        script.machine.produced(ProduceReport(), now: script.now)
        #expect(script.wants() == ["send offsets"])
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["commit"])
        script.machine.committed(nil)
        #expect(script.wants() == ["unassign T-Retry[0]"], "and record 2 starts nothing any more")
        #expect(script.machine.account.republished == 2)
    }

    @Test func aPartitionThatComesBackUntouchedKeepsItsMemory() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1, 2], dueAfter: 5_000)
        script.machine.revoked([place])
        #expect(script.wants() == ["unassign T-Retry[0]"])
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 0, metadata: "kr1 owner=me")
        #expect(script.wants() == ["assign T-Retry[0]@3", "read T-Retry[0] [0, 1, 2]"])
        #expect(script.machine.waiting == 3)
    }

    // MARK: 3. Offsets before the commit

    @Test func nothingIsCommittedBeforeOffsetsWereSent() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        script.machine.produced(ProduceReport(), now: script.now)
        #expect(script.wants() == ["send offsets"])
        for _ in 0..<3 {
            script.machine.offsetsSent(timeout, now: script.now)
            #expect(script.wants() == ["send offsets"])
        }
        script.machine.offsetsSent(nil, now: script.now)
        #expect(script.wants() == ["commit"])
    }

    // MARK: 4. Flags

    @Test func aCommitThatMayBeRepeatedIsRepeated() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        script.machine.produced(ProduceReport(), now: script.now)
        _ = script.wants()
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(timeout)
        #expect(script.wants() == ["commit"])
        #expect(script.machine.account.republished == 0)
        script.machine.committed(nil)
        #expect(script.machine.account.republished == 1)
    }

    @Test(arguments: [true, false]) func afterAFatalErrorTheSavedProgressSaysWhatBecameOfTheBatch(wasCommitted: Bool) throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        script.machine.produced(ProduceReport(), now: script.now)
        _ = script.wants()
        let commit = try #require(script.commits.first)
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(fenced)
        #expect(script.wants() == ["recover"])
        script.machine.recovered()
        #expect(script.wants() == ["restore T-Retry[0]"], "nothing is sent again before that is known")
        if wasCommitted {
            script.restore(place, committed: commit.offset, metadata: commit.metadata)
        } else {
            script.restore(place, committed: 0, metadata: "kr1 owner=me")
        }
        script.wait(2_000)
        #expect(script.wants() == (wasCommitted ? [] : ["produce 1"]))
        #expect(script.machine.account.republished == (wasCommitted ? 1 : 0))
    }

    @Test func aPartitionIsRestoredOnceHoweverOftenTheProducersAreMadeAnew() throws {
        let script = try MachineScript()
        script.own([place, other])
        func fail() {
            // After the first failure it rests a little.
            script.wait(2_000)
            _ = script.wants()
            var report = ProduceReport()
            report.failure = fenced
            script.machine.produced(report, now: script.now)
            _ = script.wants()
            script.machine.recovered()
        }
        script.fetch([0], at: place)
        fail()
        #expect(script.wants() == ["restore T-Retry[0]"])
        script.fetch([0], at: other)
        fail()
        #expect(script.wants() == ["restore T-Retry[1]"])
    }

    @Test func anAbortWhoseOutcomeIsUnknownGivesNothingBack() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        _ = script.wants()
        var report = ProduceReport()
        report.failed[0] = "timed out"
        script.machine.produced(report, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(timeout, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(fenced, now: script.now)
        script.wait(5_000)
        #expect(script.wants() == ["recover"])
    }

    // MARK: 5. One bad record

    @Test func aRefusedRecordIsTriedAloneStrippedAsADeadLetterAndThenHeld() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1])
        #expect(script.wants() == ["produce 2"])
        refuse([0, 1], script)
        var republished = Set<String>()
        var forms: [(topic: String, hasText: Bool)] = []
        while script.machine.held == 0 {
            #expect(script.wants() == ["produce 1"], "each alone")
            let record = try #require(script.batch?.records.first)
            if script.values == ["record 0"] {
                forms.append((record.target.topic, record.headers.text(.exceptionMessage) != nil))
                refuse([0], script)
            } else {
                republished.formUnion(script.values)
                script.succeed()
            }
            try #require(forms.count < 10)
        }
        #expect(forms.map(\.topic) == ["T", "T", "T-Error"])
        #expect(forms.map(\.hasText) == [true, false, false])
        #expect(republished == ["record 1"], "its neighbour went on")
        script.fetch([2])
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["record 2"])
        #expect(script.machine.waiting == 1)
    }

    @Test func whatIsToBeTriedAloneStaysAloneAfterAnUnrelatedAbort() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1])
        _ = script.wants()
        refuse([0, 1], script)
        #expect(script.wants() == ["produce 1"])
        script.machine.produced(ProduceReport(), now: script.now)
        _ = script.wants()
        script.machine.offsetsSent(outdated, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        script.fetch([2, 3])
        script.wait(1_000)
        for _ in 0..<3 {
            let wants = script.wants()
            #expect(wants == ["produce 1"] || Set(script.values) == ["record 2", "record 3"])
            script.succeed()
        }
        #expect(script.machine.account.republished == 4)
    }

    // MARK: Retention

    @Test func whatANewRetentionMakesTooOldIsWrittenAgain() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1], dueAfter: 3_600_000)
        script.wait(120_000)
        #expect(!script.wants().contains("read T-Retry[0] [0, 1]"))
        script.machine.takeRetentions(["T-Retry": .seconds(180), "U-Retry": nil])
        script.wait(1_000)
        #expect(script.wants().contains("read T-Retry[0] [0, 1]"))
    }

    @Test func aRetentionThatIsLiftedCountsNoMore() throws {
        let script = try MachineScript { $0.retentions = ["T-Retry": .seconds(180)] }
        script.own()
        script.fetch([0, 1], dueAfter: 3_600_000)
        script.machine.takeRetentions(["T-Retry": nil])
        script.wait(120_000)
        #expect(!script.wants().contains("read T-Retry[0] [0, 1]"))
    }

    private func refuse(_ indices: [Int], _ script: MachineScript) {
        var report = ProduceReport()
        for index in indices { report.refused[index] = "too large" }
        script.machine.produced(report, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
    }
}
