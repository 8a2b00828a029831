import Testing

@testable import RetryCore

/// Records that are handled in the process: what becomes of what their handlers decide.
@Suite struct HandlingOutcomeTests {
    private let source = HandlingScript.source
    private let retries = MachineScript.place
    private let failure = HandlingScript.failure

    @Test func whatAHandlerIsDoneWithIsCompletedTogetherWithWhatItWrites() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        #expect(script.started() == ["handle T[0] [0]", "handle T[0] [1]"])
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a"), HandlingScript.out("b")])], now: script.now)
        #expect(script.wants() == ["produce 2"])
        #expect(script.values == ["a", "b"])
        script.succeed()
        #expect(script.saved[source]?.offset == 1)
        script.machine.handled(2, outcomes: [.done], now: script.now)
        script.wait(1_000)
        #expect(script.wants() == ["produce 0"], "its progress alone")
        script.succeed()
        #expect(script.saved[source]?.offset == 2 && script.machine.account.handled == 2)
    }

    @Test func whichRecordsWereHandledIsToldOnceThatIsCommitted() throws {
        let script = try HandlingScript.script(settings: { $0.tellsHandled = true })
        script.own([source])
        script.machine.fetched(source, (0...2).map { HandlingScript.record($0) }, now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.retry(failure, after: nil)], now: script.now)
        for call in 2...3 { script.machine.handled(call, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now) }
        #expect(script.wants() == ["produce 3"])
        #expect(script.machine.takeHandled().isEmpty, "not yet")
        script.succeed()
        #expect(script.machine.takeHandled() == [source: [1, 2]])
        #expect(script.machine.takeHandled().isEmpty, "told once")
    }

    @Test func whatFailsGoesToTheRetryTopicAndIsHandledThereWhenItIsDue() throws {
        let script = try HandlingScript.script()
        script.own([source, retries])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.retry(failure, after: nil)], now: script.now)
        #expect(script.wants() == ["produce 1"])
        let output = try #require(script.batch?.records.first)
        #expect(output.target == retries && output.headers.text(.retryCount) == "0")
        #expect(output.headers.text(.nextRetryTimestamp) == "\(script.now.milliseconds + 10_000)")
        #expect(output.headers.text(.originalOffset) == "0" && output.headers.text(.exceptionMessage) == "no")
        script.succeed()
        let copy = KafkaRecord(
            source: retries, offset: 0, timestamp: script.now, key: nil, value: output.value, headers: output.headers)
        script.machine.fetched(retries, [copy], now: script.now)
        #expect(script.started().isEmpty, "not yet")
        script.wait(9_999)
        #expect(script.started().isEmpty, "a millisecond early")
        script.wait(1)
        #expect(script.started() == ["handle T-Retry[0] [0]"])
        script.machine.handled(2, outcomes: [.retry(failure, after: .seconds(3))], now: script.now)
        #expect(script.wants() == ["produce 1"])
        #expect(script.batch?.records.first?.headers.text(.retryCount) == "1")
        #expect(script.batch?.records.first?.headers.text(.nextRetryTimestamp) == "\(script.now.milliseconds + 3_000)")
    }

    @Test func theLastFailureMakesADeadLetterAndSoDoesOneThatNoRetryCanHelp() throws {
        let script = try HandlingScript.script()
        script.own([source])
        var headers = KafkaHeaders()
        headers.append(.retryCount, "5")
        script.machine.fetched(source, [HandlingScript.record(0, headers: headers), HandlingScript.record(1)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.retry(failure, after: nil)], now: script.now)
        script.machine.handled(2, outcomes: [.deadLetter(failure, .permanentFailure)], now: script.now)
        #expect(script.wants() == ["produce 2"])
        let reasons = script.batch?.records.map { $0.headers.text(.deadLetterReason) }
        #expect(reasons == ["attempts-exhausted", "permanent-failure"])
        #expect(script.batch?.records.allSatisfy { $0.target.topic == "T-Error" } == true)
    }

    @Test func aCountThatCannotBeReadMattersOnlyIfTheHandlingFails() throws {
        let script = try HandlingScript.script()
        script.own([source])
        var headers = KafkaHeaders()
        headers.append(.retryCount, "many")
        script.machine.fetched(
            source, [HandlingScript.record(0, headers: headers), HandlingScript.record(1, headers: headers)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        script.machine.handled(2, outcomes: [.retry(failure, after: nil)], now: script.now)
        _ = script.wants()
        #expect(script.batch?.records.map { $0.headers.text(.deadLetterReason) } == [nil, "malformed-header"])
        #expect(script.batch?.records.last?.headers.text(.retryExceptionMessage)?.contains("no") == true)
    }

    @Test func whatHasHadItsRetriesIsADeadLetterAtOnceThoughEverySlotIsTaken() throws {
        let script = try HandlingScript.script { $0.retryConcurrency = 1 }
        script.own([retries])
        script.fetch([0], at: retries)
        #expect(script.started() == ["handle T-Retry[0] [0]"])
        script.fetch([1], at: retries, retriesMade: 5)
        #expect(script.wants() == ["produce 1"])
        #expect(script.batch?.records.first?.headers.text(.deadLetterReason) == "attempts-exhausted")
    }

    // MARK: - Trouble

    /// What a handler decided about the first record has been written, and its progress is being sent.
    private func sendingOffsets() throws -> MachineScript {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        _ = script.wants()
        script.machine.produced(ProduceReport(), now: script.now)
        _ = script.wants()
        return script
    }

    @Test func outcomesOfATransactionThatWasAbortedAreWrittenAgainWithoutAnotherCall() throws {
        let script = try sendingOffsets()
        script.machine.offsetsSent(TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "old"), now: script.now)
        _ = script.wants()
        script.machine.aborted(nil, now: script.now)
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["a"])
    }

    @Test func anOutcomeThatIsUnknownIsReadFromTheProgressWithoutAnotherCall() throws {
        let script = try sendingOffsets()
        let commit = try #require(script.commits.first)
        script.machine.offsetsSent(nil, now: script.now)
        _ = script.wants()
        script.machine.committed(TransactionFailure(.fatal, reason: "fenced"))
        #expect(script.wants() == ["recover"])
        script.machine.recovered()
        _ = script.wants()
        script.restore(source, committed: commit.offset, metadata: commit.metadata)
        script.wait(1_000)
        #expect(script.started().isEmpty && script.machine.account.handled == 1)
    }

    @Test func whatTheBrokerRefusesOfAHandlersRecordsMakesItsOwnRecordADeadLetter() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a"), HandlingScript.out("too large")])], now: script.now)
        script.machine.handled(2, outcomes: [.done(writing: [HandlingScript.out("b")])], now: script.now)
        #expect(script.wants() == ["produce 3"])
        func refuse(_ indices: [Int]) {
            var report = ProduceReport()
            for index in indices { report.refused[index] = "too large" }
            script.machine.produced(report, now: script.now)
            _ = script.wants()
            script.machine.aborted(nil, now: script.now)
        }
        refuse([0, 1, 2])
        #expect(script.wants() == ["produce 2"])
        #expect(script.values == ["a", "too large"], "each alone")
        refuse([1])
        #expect(script.wants() == ["produce 1"])
        #expect(script.values == ["b"], "in turns with the others")
        script.succeed()
        #expect(script.wants() == ["produce 1"])
        #expect(script.batch?.records.first?.headers.text(.deadLetterReason) == "refused")
        #expect(script.batch?.records.first?.target.topic == "T-Error" && script.values == ["record 0"])
    }

    @Test func aTopicThatIsNotThereMakesADeadLetterInTheEnd() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        _ = script.wants()
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("a", to: "Owt")])], now: script.now)
        for _ in 0..<10 {
            #expect(script.wants() == ["produce 1"])
            #expect(script.batch?.records.first?.target.topic == "Owt")
            var report = ProduceReport()
            report.unavailable[0] = "unknown topic"
            script.machine.produced(report, now: script.now)
            _ = script.wants()
            script.machine.aborted(nil, now: script.now)
            script.wait(30_000)
        }
        #expect(script.wants() == ["produce 1"])
        #expect(script.batch?.records.first?.headers.text(.deadLetterReason) == "refused")
    }
}
