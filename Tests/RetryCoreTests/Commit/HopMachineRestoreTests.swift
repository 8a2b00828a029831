import RetryCore
import Testing

/// Restoring, announcing, and what may fire when.
@Suite struct HopMachineRestoreTests {
    private let place = MachineScript.place

    @Test func nothingFiresBeforeTheProgressNamesItsOwner() throws {
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        #expect(script.wants() == ["restore T-Retry[0]"])
        script.restore(place, committed: 4, metadata: "kr1 owner=somebody-else")
        #expect(script.wants() == ["assign T-Retry[0]@4", "produce 0"])
        script.fetch([4])
        #expect(script.wants() == [])
        script.machine.produced(ProduceReport(), now: script.now)
        #expect(script.wants() == ["send offsets"])
        #expect(script.commits == [ProgressCommit(partition: place, offset: 4, metadata: "kr1 owner=me")])
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(nil)
        #expect(script.wants() == ["produce 1"])
    }

    @Test func nothingFiresBeforeItsTime() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0], dueAfter: 500)
        script.wait(499)
        #expect(script.wants() == [])
        #expect(script.machine.nextWake(now: script.now) == Timestamp(milliseconds: script.now.milliseconds + 1))
        script.wait(1)
        #expect(script.wants() == ["produce 1"])
    }

    @Test func aClockThatIsSetBackMakesWhatWasDueWaitAgain() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0], dueAfter: 500)
        script.wait(500)
        #expect(script.wants() == ["produce 1"])
        var report = ProduceReport()
        report.failed[0] = "timed out"
        script.machine.produced(report, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        script.wait(-400)
        #expect(script.wants() == [])
        script.wait(400)
        #expect(script.wants() == ["produce 1"])
    }

    @Test func whatWasDoneInALogThatWasMadeAnewIsNotTakenForDone() throws {
        let writer = try MachineScript()
        writer.own()
        writer.fetch([0], dueAfter: 100_000)
        writer.fetch([1, 2])
        _ = writer.wants()
        writer.succeed()
        let saved = try #require(writer.saved[place])
        #expect(saved.offset == 0 && saved.metadata.contains("done="))
        // Its successor comes to know it, and loses the partition before it has read anything.
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: saved.offset, metadata: saved.metadata, log: 0..<3)
        #expect(script.wants() == ["assign T-Retry[0]@0"])
        script.machine.revoked([place])
        _ = script.wants()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        // The same is still committed, for a log that was made anew meanwhile.
        script.restore(place, committed: saved.offset, metadata: saved.metadata, log: 0..<0)
        _ = script.wants()
        script.succeed()
        script.fetch([0, 1, 2])
        #expect(script.wants() == ["produce 3"])
    }

    @Test func aMarkerIsReadBeforeAnythingFires() throws {
        // A member writes a marker, since nothing fits into its metadata.
        let writer = try MachineScript { $0.metadataCapacity = 15 }
        writer.own()
        writer.fetch([0], dueAfter: 1_000)
        writer.fetch([1, 2])
        #expect(writer.wants() == ["produce 3"])
        let batch = try #require(writer.batch)
        let index = try #require(batch.toldIndices.first)
        let marker = batch.records[index]
        var report = ProduceReport()
        report.offsets[index] = 3
        writer.machine.produced(report, now: writer.now)
        _ = writer.wants()
        let commit = try #require(writer.commits.first)
        #expect(commit.offset == 0)

        // Another one takes over: record 0 waits, records 1 and 2 are done.
        let reader = try MachineScript()
        reader.machine.assigned([place], incrementally: false)
        _ = reader.wants()
        reader.restore(place, committed: commit.offset, metadata: commit.metadata, log: 0..<4)
        #expect(reader.wants() == ["assign T-Retry[0]@0"])
        reader.fetch([0, 1, 2])
        reader.wait(5_000)
        #expect(reader.wants() == [], "not before the marker")
        let record = KafkaRecord(source: place, offset: 3, timestamp: nil, key: nil, value: marker.value, headers: marker.headers)
        reader.machine.fetched(place, [record], now: reader.now)
        #expect(reader.wants().first == "produce 1", "the marker itself was read, so that the low-water mark is known")
        #expect(reader.values == ["record 0"])
    }

    @Test func aForgedMarkerInItsPlaceMeansAnotherTopic() throws {
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 5, metadata: "kr1 owner=me marker=9/abc", log: 2..<100)
        _ = script.wants()
        script.fetch([5, 6, 9])
        #expect(script.wants().first == "seek T-Retry[0]@2", "reading starts at the new topic's start")
        #expect(script.machine.takeNotices().contains(.topicRecreated(place, waiting: 0)))
    }

    @Test func progressOfANewerVersionIsLeftAlone() throws {
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 5, metadata: "kr7 whatever")
        #expect(script.wants() == [])
        #expect(script.machine.takeNotices() == [.newerProgress(place, version: 7)])
    }

    @Test func whatWasDeletedIsCountedAndPassed() throws {
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 5, metadata: "kr1 owner=me done=CB", log: 10..<20)
        #expect(script.wants().first == "assign T-Retry[0]@10")
        #expect(script.machine.account.lost == 4, "offset 7 was done")
    }

    @Test func aMarkerThatTheBrokerDoesNotTellThePlaceOfIsWrittenAgain() throws {
        let script = try MachineScript { $0.metadataCapacity = 15 }
        script.own()
        script.fetch([0], dueAfter: 60_000)
        script.fetch([1])
        #expect(script.wants() == ["produce 2"])
        var report = ProduceReport()
        report.offsets = [0: 3, 1: -1]
        script.machine.produced(report, now: script.now)
        #expect(script.wants() == ["abort"])
        script.machine.aborted(nil, now: script.now)
        script.wait(1_000)
        #expect(script.wants() == ["produce 2"])
    }

    @Test func aMarkerThatCannotBeWrittenIsTriedAgainAfterAWhile() throws {
        let script = try MachineScript(delivery: .atLeastOnce) { $0.metadataCapacity = 15 }
        script.own()
        script.fetch([0], dueAfter: 60_000)
        script.fetch([1])
        #expect(script.wants() == ["produce 2"])
        for _ in 0..<5 {
            var report = ProduceReport()
            report.unavailable[try #require(script.batch?.toldIndices.first)] = "not authorised"
            script.machine.produced(report, now: script.now)
            #expect(script.wants() == [], "not at once")
            #expect(script.machine.takeNotices().contains { if case .unavailable("T-Retry[0]", _, _) = $0 { true } else { false } })
            script.wait(1_000)
            #expect(script.wants() == ["produce 1"], "the record was written, its marker was not")
        }
    }

    @Test func stoppingSavesAtOnceAndFiresNothing() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1])
        #expect(script.wants() == ["produce 2"])
        script.fetch([2])
        script.machine.stop()
        script.succeed()
        #expect(script.wants() == [])
        #expect(script.machine.isSettled)
        #expect(script.machine.waiting == 1)
    }

    @Test func itIsKnownHowMuchOfALogWasReadAgain() throws {
        let script = try MachineScript()
        script.machine.assigned([place], incrementally: false)
        _ = script.wants()
        script.restore(place, committed: 100, metadata: "kr1 owner=me", log: 0..<5_100)
        #expect(script.machine.catchUp == CatchUp(read: 0, total: 5_000))
        script.fetch(Array(100..<1_100), dueAfter: 60_000)
        #expect(script.machine.catchUp == CatchUp(read: 0, total: 5_000), "the consumer was not told to read yet")
        _ = script.wants()
        script.fetch(Array(100..<1_100), dueAfter: 60_000)
        #expect(script.machine.catchUp == CatchUp(read: 1_000, total: 5_000))
        script.fetch(Array(1_100..<5_200), dueAfter: 60_000)
        #expect(script.machine.catchUp == CatchUp(read: 5_000, total: 5_000), "what came later is not counted")
    }
}
