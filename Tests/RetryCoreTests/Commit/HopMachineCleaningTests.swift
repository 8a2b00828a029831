import Testing

@testable import RetryCore

/// What waits at the head of a long log is written again at its tail. The rest of cleaning is tried by the simulator.
@Suite("Cleaning the head of a log")
struct HopMachineCleaningTests {
    /// One record waits an hour at offset 0, and stands behind what went long ago: at `tail` it is written again.
    private func scriptThatCleaned(to tail: Int64) throws -> MachineScript {
        let script = try MachineScript { $0.cleaning.slack = 2 }
        script.own()
        script.fetch([0], dueAfter: 3_600_000)
        script.fetch(Array(1..<10))
        #expect(script.wants() == ["produce 9"])
        script.succeed()
        script.wait(1_000)
        #expect(script.wants() == ["read T-Retry[0] [0]"])
        script.answerRead(dueAfter: 3_600_000)
        #expect(script.wants() == ["produce 1"])
        var report = ProduceReport()
        report.offsets[try #require(script.batch?.toldIndices.first)] = tail
        script.succeed(report)
        #expect(script.saved[MachineScript.place]?.offset == 10, "the head is let go")
        return script
    }

    @Test func whatWasWrittenAgainWaitsAlsoBeforeItIsRead() throws {
        let script = try scriptThatCleaned(to: 14)
        #expect(script.machine.account.cleaned == 1)
        #expect(script.machine.waiting == 1)
        script.fetch([12], dueAfter: 3_600_000)
        #expect(script.machine.waiting == 2)
        script.fetch([14], dueAfter: 3_600_000)
        #expect(script.machine.waiting == 2, "it is counted once")
    }

    @Test func itIsNotForgottenWhileThePartitionIsAway() throws {
        let script = try scriptThatCleaned(to: 14)
        script.machine.revoked([MachineScript.place])
        _ = script.wants()
        #expect(script.machine.waiting == 0)
        script.machine.assigned([MachineScript.place], incrementally: false)
        _ = script.wants()
        let saved = try #require(script.saved[MachineScript.place])
        script.restore(MachineScript.place, committed: saved.offset, metadata: saved.metadata)
        _ = script.wants()
        #expect(script.machine.waiting == 1)
    }

    @Test func whatNobodyTellsThePlaceOfIsCountedOnceItIsRead() throws {
        let script = try scriptThatCleaned(to: -1)
        #expect(script.machine.waiting == 0)
        script.fetch([14], dueAfter: 3_600_000)
        #expect(script.machine.waiting == 1)
    }

    /// Two records of 1,000 bytes wait an hour, and small ones that have gone stand behind them: their size is what counts.
    @Test func largeRecordsAreWrittenAgainOnlyForAsMuchAsCameIn() throws {
        let script = try MachineScript { $0.cleaning.slack = 2 }
        script.own()
        script.fetch([0, 1], dueAfter: 3_600_000)
        var next: Int64 = 2
        func comes(_ count: Int64) {
            script.fetch(Array(next..<next + count))
            next += count
            _ = script.wants()
            script.succeed()
            script.wait(1_000)
        }
        comes(20)
        // The script's log was there already when the partition came, which counts for nothing: one record may go.
        #expect(script.wants() == ["read T-Retry[0] [0]"])
        script.answerRead(dueAfter: 3_600_000, size: 1_000)
        #expect(script.wants() == ["produce 1"])
        script.succeed()
        comes(20)
        #expect(!script.wants().contains("read T-Retry[0] [1]"), "it owes three times what it wrote")
        next = 1_000
        comes(100)
        #expect(script.wants() == ["read T-Retry[0] [1]"])
    }

    /// One chunk after the other is read and written again, with no time between them.
    private func expectCleaning(of chunks: [String], _ script: MachineScript) {
        for offsets in chunks {
            #expect(script.wants() == ["read T-Retry[0] \(offsets)"])
            script.answerRead(dueAfter: 3_600_000)
            _ = script.wants()
            script.succeed()
        }
    }

    @Test func whatGrewTooOldIsWrittenAgainChunkByChunkWithoutAPause() throws {
        let script = try MachineScript {
            $0.retentions = ["T-Retry": .seconds(600)]
            $0.cleaning.chunk = 2
        }
        script.own()
        script.fetch(Array(0..<5), dueAfter: 3_600_000)
        script.wait(301_000)
        expectCleaning(of: ["[0, 1]", "[2, 3]", "[4]"], script)
    }

    /// A second is long where a thousand a second come in.
    @Test func whatGrewTooOldDoesNotWaitForALongLogToBeShortened() throws {
        let script = try MachineScript {
            $0.retentions = ["T-Retry": .seconds(600)]
            ($0.cleaning.slack, $0.cleaning.chunk) = (2, 2)
        }
        script.own()
        script.fetch(Array(0..<6), dueAfter: 3_600_000)
        script.fetch(Array(2_000..<2_100))
        _ = script.wants()
        script.succeed()
        script.wait(301_000)
        expectCleaning(of: ["[0, 1]", "[2, 3]", "[4, 5]"], script)
    }

    @Test func whatHasToStayDoesNotHoldUpTheNextChunk() throws {
        let script = try MachineScript {
            $0.retentions = ["T-Retry": .seconds(600)]
            $0.cleaning.chunk = 2
        }
        script.own()
        script.fetch(Array(0..<6), dueAfter: 3_600_000)
        script.wait(301_000)
        #expect(script.wants() == ["read T-Retry[0] [0, 1]"])
        // They are due soon.
        script.answerRead(dueAfter: 1_000)
        #expect(script.wants() == ["read T-Retry[0] [2, 3]"])
        script.answerRead(dueAfter: 3_600_000)
        #expect(script.wants() == ["produce 2"])
        script.succeed()
        #expect(script.wants() == ["read T-Retry[0] [4, 5]"])
        script.answerRead(dueAfter: 3_600_000)
        _ = script.wants()
        script.succeed()
        script.wait(1_000)
        _ = script.wants()
        script.wait(1_000)
        #expect(script.wants() == ["read T-Retry[0] [0, 1]"], "and then again from the start")
    }

    /// Half a minute's retention is half over when records are looked at that are due within the minute.
    @Test func whatIsDueAfterItWouldBeLetGoOfIsWrittenAgainHoweverSoonThatIs() throws {
        let script = try MachineScript { $0.retentions = ["T-Retry": .seconds(30)] }
        script.own()
        script.fetch([0], dueAfter: 40_000)
        script.wait(16_000)
        #expect(script.wants() == ["read T-Retry[0] [0]"])
        script.answerRead(dueAfter: 24_000)
        #expect(script.wants() == ["produce 1"])
    }

    /// Times are noted so closely that what was written again is not old at once.
    @Test func aCopyIsAsOldAsItselfAlsoWithAShortRetention() throws {
        let script = try MachineScript { $0.retentions = ["T-Retry": .seconds(30)] }
        script.own()
        script.fetch([0], dueAfter: 3_600_000)
        script.wait(16_000)
        #expect(script.wants() == ["read T-Retry[0] [0]"])
        script.answerRead(dueAfter: 3_600_000)
        _ = script.wants()
        script.succeed()
        script.fetch([1], dueAfter: 3_600_000)
        script.wait(2_000)
        #expect(!script.wants().contains { $0.hasPrefix("read") })
    }
}
