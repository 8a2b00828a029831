@testable import RetryCore
import Testing

/// Which targets a batch may write to after one that failed without a reason.
@Suite struct SuspectTargetsTests {
    private let place = MachineScript.place
    private let other = MachineScript.other

    @Test func targetsOfAFailedTransactionGoAloneUntilItIsKnownWhichOneIsAtFault() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0, 1])
        script.fetch([2, 3], retriesMade: 5)
        #expect(script.wants() == ["produce 4"])
        script.purge()
        #expect(script.unavailable.isEmpty, "one of two, but not known which")
        #expect(script.nextTargets() == ["T"])
        script.succeed()
        #expect(script.nextTargets() == ["T-Error"])
        script.purge()
        #expect(script.unavailable == ["T-Error"])
        script.fetch([4])
        #expect(script.nextTargets() == ["T"], "others do not wait for it")
        script.succeed()
        #expect(script.nextTargets(within: 300) == ["T-Error"])
        #expect(script.batch?.records.count == 1, "one record is enough to see")
        script.succeed()
        script.fetch([5])
        #expect(script.nextTargets() == ["T", "T-Error"], "all together again")
        script.succeed()
        #expect(script.machine.account.republished == 4 && script.machine.account.deadLettered == 2)
    }

    @Test(arguments: [false, true]) func whileATargetMayNotBeWrittenAllOthersGoOn(isAbortFatal: Bool) throws {
        let script = try MachineScript { $0.batchRecords = 4 }
        script.own([place, other])
        var offset: Int64 = 0
        // Far more for the target that is at fault than fits into a batch.
        for round in 0..<300 {
            script.fetch([offset], at: round % 2 == 0 ? place : other)
            for _ in 0..<2 {
                offset += 1
                script.fetch([offset], at: round % 2 == 0 ? place : other, retriesMade: 5)
            }
            offset += 1
            script.serve(for: 100, without: ["T-Error"], isAbortFatal: isAbortFatal)
        }
        #expect(script.machine.account.deadLettered == 0)
        #expect(script.machine.account.republished >= 290, "only the newest may still wait")
        script.serve(for: 30_000, without: [], isAbortFatal: isAbortFatal)
        #expect(script.machine.account.deadLettered == 600 && script.machine.account.republished == 300)
        #expect(script.machine.waiting == 0)
    }

    @Test func whatIsAtFaultIsTriedLessAndLessOften() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0], retriesMade: 5)
        script.serve(for: 600_000, without: ["T-Error"])
        #expect((20...60).contains(script.unavailable.count), "\(script.unavailable.count) times in ten minutes")
    }

    /// Where nothing else is written, nobody can tell whether one partition or all brokers are away; who is on call wants its name all the same.
    @Test(arguments: [HopMachine.Delivery.exactlyOnce, .atLeastOnce])
    func partitionsThatDoNotAnswerAreNamedThoughNothingElseIsWritten(delivery: HopMachine.Delivery) throws {
        let script = try MachineScript(delivery: delivery)
        script.machine.takePartitionCounts(["T": 5])
        script.own()
        script.fetch([0])
        script.serve(for: 20_000, withoutAnswerFrom: TopicPartition("T", 0))
        #expect(script.unavailable.isEmpty, "nobody knows whose fault it is")
        let unanswered = script.told.compactMap { notice -> [TopicPartition]? in
            if case .unanswered(let partitions, count: 1, reason: "timed out") = notice { partitions } else { nil }
        }
        #expect(unanswered.count >= 2 && unanswered.allSatisfy { $0 == [TopicPartition("T", 0)] }, "\(unanswered)")
        script.serve(for: 60_000, withoutAnswerFrom: nil)
        #expect(script.machine.account.republished == 1)
    }

    /// Its leader may be gone for long.
    @Test(arguments: [HopMachine.Delivery.exactlyOnce, .atLeastOnce])
    func aPartitionThatAloneDoesNotAnswerWaitsAndOthersGoOn(delivery: HopMachine.Delivery) throws {
        let script = try MachineScript(delivery: delivery)
        script.machine.takePartitionCounts(["T": 2])
        script.own([place, other])
        for offset in 0..<20 {
            script.fetch([Int64(offset)], at: place)
            script.fetch([Int64(offset)], at: other)
            script.serve(for: 1_000, withoutAnswerFrom: TopicPartition("T", 1))
        }
        #expect(script.machine.account.republished >= 19, "those of the other partition")
        #expect(script.unavailable.allSatisfy { $0 == "T[1]" } && (2...12).contains(script.unavailable.count), "\(script.unavailable)")
        script.serve(for: 60_000, withoutAnswerFrom: nil)
        #expect(script.machine.account.republished == 40 && script.machine.waiting == 0)
    }

    /// One record for `T` and one for `T-Error` are being written.
    private static func producingForBoth() throws -> MachineScript {
        let script = try MachineScript()
        script.own()
        script.fetch([0])
        script.fetch([1], retriesMade: 5)
        _ = script.wants()
        return script
    }

    @Test func aTimeOutIsHeldAgainstNoTarget() throws {
        let script = try Self.producingForBoth()
        var report = ProduceReport()
        report.failed[0] = "timed out"
        report.purged[1] = "purged"
        script.machine.produced(report, now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        #expect(script.nextTargets() == ["T", "T-Error"])
    }

    @Test func aTargetThatWasWrittenToIsNotAtFault() throws {
        let script = try Self.producingForBoth()
        var report = ProduceReport()
        let index = try #require(script.batch?.records.firstIndex { $0.target.topic == "T-Error" })
        report.purged[index] = "purged"
        script.machine.produced(report, now: script.now)
        #expect(script.unavailable == ["T-Error"])
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        #expect(script.nextTargets() == ["T"])
    }

    @Test func aClockThatIsSetBackEndsTheWaitOfATarget() throws {
        let script = try MachineScript()
        script.own()
        script.fetch([0], retriesMade: 5)
        script.serve(for: 60_000, without: ["T-Error"])
        script.wait(-600_000)
        script.fetch([1], dueAfter: -3_600_000, retriesMade: 5)
        script.serve(for: 1_000, without: [])
        #expect(script.machine.account.deadLettered == 2)
    }
}

extension MachineScript {
    /// The topics that the next batch writes to, if one comes within so many milliseconds.
    func nextTargets(within milliseconds: Int64 = 100) -> Set<String> {
        for _ in 0...milliseconds {
            if wants().contains(where: { $0.hasPrefix("produce") }) { break }
            wait(1)
        }
        return targets
    }

    private var targets: Set<String> { Set(batch?.records.map(\.target.topic) ?? []) }

    /// The targets that were found to be at fault, once each time.
    var unavailable: [String] {
        told += machine.takeNotices()
        return told.compactMap { if case .unavailable(let topic, _, _) = $0 { topic } else { nil } }
    }

    /// Every record of the batch comes back without a reason, and the abort is done, or is called fatal.
    func purge(isAbortFatal: Bool = false) {
        var report = ProduceReport()
        for index in batch?.records.indices ?? 0..<0 { report.purged[index] = "purged" }
        machine.produced(report, now: now)
        _ = wants()
        guard isAbortFatal else { return machine.aborted(nil, now: now) }
        machine.aborted(TransactionFailure(.fatal, reason: "invalid transaction state"), now: now)
        _ = wants()
        machine.recovered()
    }

    /// Brokers do what is wanted for some time, but for the leader of one partition.
    func serve(for milliseconds: Int64, withoutAnswerFrom silent: TopicPartition?) {
        serve(for: milliseconds) { record, report, index in if record.target == silent { report.failed[index] = "timed out" } }
    }

    /// Brokers do what is wanted for some time, and `judge` says what they think of each record; a batch in trouble takes so many
    /// milliseconds more. `each` is done before they are asked.
    func serve(
        for milliseconds: Int64, costOfTrouble: Int64 = 0, each: () -> Void = {},
        judge: (OutgoingRecord, inout ProduceReport, Int) -> Void
    ) {
        let end = now.milliseconds + milliseconds
        while now.milliseconds < end {
            let wanted = wants()
            each()
            if wanted.contains(where: { $0.hasPrefix("produce") }), let batch {
                var report = ProduceReport()
                for (index, record) in batch.records.enumerated() {
                    judge(record, &report, index)
                    if batch.toldIndices.contains(index) { report.offsets[index] = 10_000 + now.milliseconds }
                }
                if !report.isClean { wait(costOfTrouble) }
                machine.produced(report, now: now)
            } else if wanted.contains("send offsets") {
                machine.offsetsSent(nil, now: now)
            } else if wanted.contains("commit") {
                machine.committed(nil)
            } else if wanted.contains("abort") {
                machine.aborted(nil, now: now)
            } else {
                wait(10)
            }
        }
    }

    /// Brokers do what is wanted for some time; nothing may be written to the topics `forbidden`.
    func serve(for milliseconds: Int64, without forbidden: Set<String>, isAbortFatal: Bool = false) {
        let end = now.milliseconds + milliseconds
        while now.milliseconds < end {
            _ = wants()
            for (place, epoch) in epochs {
                let saved = saved[place] ?? ProgressCommit(partition: place, offset: 0, metadata: "kr1 owner=me")
                let point = RestorePoint(committed: saved.offset, metadata: saved.metadata, logStart: 0, logEnd: 100_000)
                machine.restored(place, epoch: epoch, point: point)
            }
            guard batch != nil else {
                wait(10)
                continue
            }
            if targets.isDisjoint(with: forbidden) { succeed() } else { purge(isAbortFatal: isAbortFatal) }
        }
    }
}
