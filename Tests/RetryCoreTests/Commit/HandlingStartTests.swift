import Testing

@testable import RetryCore

/// Records that are handled in the process: which handler starts when, and what an overdue one holds up.
@Suite struct HandlingStartTests {
    private let source = HandlingScript.source
    private let retries = MachineScript.place
    private let failure = HandlingScript.failure

    @Test func asManyRunAsThereAreSlotsAndRetriesHaveTheirOwn() throws {
        let script = try HandlingScript.script { ($0.concurrency, $0.retryConcurrency) = (2, 1) }
        script.own([source, retries])
        script.machine.fetched(source, (0..<5).map { HandlingScript.record($0) }, now: script.now)
        script.fetch([0, 1], at: retries)
        #expect(script.started().sorted() == ["handle T-Retry[0] [0]", "handle T[0] [0]", "handle T[0] [1]"])
        script.wait(10)
        script.machine.handled(2, outcomes: [.done], now: script.now)
        #expect(script.started().count == 1)
    }

    @Test func recordsOfOneKeyAreHandledOneAfterTheOther() throws {
        let script = try HandlingScript.script { $0.order = .key }
        script.own([source])
        let records = [
            HandlingScript.record(0, key: "a"), HandlingScript.record(1, key: "a"), HandlingScript.record(2, key: "b"),
            HandlingScript.record(3), HandlingScript.record(4, key: "a"),
        ]
        script.machine.fetched(source, records, now: script.now)
        #expect(script.started() == ["handle T[0] [0]", "handle T[0] [2]", "handle T[0] [3]"])
        script.machine.handled(1, outcomes: [.retry(failure, after: nil)], now: script.now)
        #expect(script.started() == ["handle T[0] [1]"], "one that failed has left its place")
        script.machine.handled(4, outcomes: [.done], now: script.now)
        #expect(script.started() == ["handle T[0] [4]"])
    }

    @Test func aBatchHoldsNeighboursInTheirOrder() throws {
        let script = try HandlingScript.script { ($0.order, $0.batchSize) = (.partition, 3) }
        script.own([source])
        script.machine.fetched(source, (0..<5).map { HandlingScript.record($0, key: "k\($0)") }, now: script.now)
        #expect(script.started() == ["handle T[0] [0, 1, 2]"])
        script.machine.handled(1, outcomes: [.done, .retry(failure, after: nil)], now: script.now)
        #expect(script.wants() == ["produce 2", "handle T[0] [3, 4]"], "one for which there is no outcome has failed")
    }

    // MARK: - Time

    @Test func aCallThatIsOverdueHasFailedAndKeepsItsSlotUntilItEnds() throws {
        let script = try HandlingScript.script { ($0.deadline, $0.concurrency, $0.order) = (.seconds(2), 1, .unordered) }
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        #expect(script.begun() == ["handle T[0] [0]"])
        #expect(script.machine.nextWake(now: script.now) <= script.now.advanced(by: .seconds(2)))
        script.wait(2_000)
        #expect(script.wants() == ["cancel 1", "produce 1"])
        #expect(script.batch?.records.first?.headers.text(.exceptionType) == "HandlerDeadlineExceeded")
        script.succeed()
        #expect(script.started().isEmpty)
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("late")])], now: script.now)
        #expect(script.wants() == ["handle T[0] [1]"], "what it came to is dropped")
    }

    @Test func aTopicOfWhichNearlyAllFailsIsProbedUntilItRecovers() throws {
        let script = try HandlingScript.script { handler in
            (handler.concurrency, handler.retryConcurrency, handler.order) = (2, 2, .unordered)
            handler.breaker = HandlingScript.hastyBreaker
        }
        script.own([source])
        script.machine.fetched(source, (0..<6).map { HandlingScript.record($0) }, now: script.now)
        #expect(script.started().count == 2)
        for call in 1...2 { script.machine.handled(call, outcomes: [.retry(failure, after: nil)], now: script.now) }
        #expect(script.started().isEmpty)
        script.succeed()
        script.wait(1_000)
        #expect(script.started() == ["handle T[0] [2]"], "one probe")
        script.machine.handled(3, outcomes: [.done], now: script.now)
        #expect(script.started().count == 2)
        let told: [HopNotice] = script.machine.takeNotices()
        #expect(told.contains(.breakerOpened("T")) && told.contains(.breakerClosed("T")))
    }

    @Test func aHungCallFromBeforeTheBreakerOpenedKeepsNoProbeBack() throws {
        let script = try HandlingScript.script { handler in
            (handler.concurrency, handler.order) = (3, .unordered)
            handler.breaker = HandlingScript.hastyBreaker
        }
        script.own([source])
        script.machine.fetched(source, (0..<6).map { HandlingScript.record($0) }, now: script.now)
        #expect(script.started().count == 3)
        for call in 2...3 { script.machine.handled(call, outcomes: [.retry(failure, after: nil)], now: script.now) }
        #expect(script.started().isEmpty)
        script.succeed()
        script.wait(1_000)
        #expect(script.started() == ["handle T[0] [3]"], "call 1 still hangs")
        script.machine.handled(1, outcomes: [.done], now: script.now)
        #expect(script.started().isEmpty, "what began before tells nothing of now")
        script.machine.handled(4, outcomes: [.done], now: script.now)
        #expect(script.started().count == 2)
    }

    @Test func aLaneIsLetGoWhenAnOverdueHandlerHasEnded() throws {
        let script = try HandlingScript.script { ($0.deadline, $0.order) = (.seconds(2), .key) }
        script.own([source])
        script.machine.fetched(source, [HandlingScript.record(0, key: "a"), HandlingScript.record(1, key: "a")], now: script.now)
        #expect(script.begun() == ["handle T[0] [0]"])
        script.wait(2_000)
        #expect(script.wants() == ["cancel 1", "produce 1"])
        script.succeed()
        #expect(script.started().isEmpty, "it still runs")
        script.machine.handled(1, outcomes: [.done], now: script.now)
        #expect(script.started() == ["handle T[0] [1]"])
    }

    @Test func nothingStartsWhileCallsAreHeldBack() throws {
        let script = try HandlingScript.script()
        script.own([source])
        script.machine.holdCalls(until: script.now.advanced(by: .seconds(3)))
        script.machine.fetched(source, [HandlingScript.record(0)], now: script.now)
        #expect(script.started().isEmpty)
        #expect(script.machine.nextWake(now: script.now) == script.now.advanced(by: .seconds(3)))
        script.wait(3_000)
        #expect(script.started() == ["handle T[0] [0]"])
    }

    // MARK: - Bounds

    @Test func aSourceIsPausedWhileTooMuchOfItWaits() throws {
        let script = try HandlingScript.script {
            $0.concurrency = 1
        } settings: {
            $0.mostBacklog = 4
        }
        script.own([source])
        script.machine.fetched(source, (0..<6).map { HandlingScript.record($0) }, now: script.now)
        #expect(script.wants() == ["handle T[0] [0]", "pause T[0]"])
        var call = 1
        while !script.wants().contains("resume T[0]"), call < 10 {
            script.wait(10)
            script.machine.handled(call, outcomes: [.done], now: script.now)
            call += 1
        }
        #expect(call == 5, "half of it is left")
    }

    @Test func neighboursInOneCallTakeTheRoomOfOne() throws {
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order, $0.batchSize) = (4, .unordered, 500)
        } settings: {
            $0.metadataCapacity = 64
        }
        script.own([source])
        script.machine.fetched(source, (0..<700).map { HandlingScript.record($0) }, now: script.now)
        #expect(script.started().first == "handle T[0] \(Array(0..<500))")
    }

    @Test func whatABrokerTookOnceItIsGivenAgain() throws {
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (100, .unordered)
        } settings: {
            $0.metadataCapacity = 400
        }
        script.own([source])
        script.machine.fetched(source, (0..<80).map { HandlingScript.record($0) }, now: script.now)
        let calls = script.started().count
        for call in stride(from: 2, through: calls, by: 2) { script.machine.handled(call, outcomes: [.done], now: script.now) }
        script.wait(1_000)
        _ = script.wants()
        script.succeed()
        _ = script.wants()
        // From now on it takes no more than it has.
        script.machine.handled(calls - 1, outcomes: [.done(writing: [HandlingScript.out("a")])], now: script.now)
        _ = script.wants()
        for _ in 0..<4 {
            script.machine.produced(ProduceReport(), now: script.now)
            _ = script.wants()
            let isLonger = (script.commits.first?.metadata.utf8.count ?? 0) > (script.saved[source]?.metadata.utf8.count ?? 0)
            guard isLonger else { break }
            script.machine.offsetsSent(TransactionFailure(.abortable, cause: .metadataTooLarge, reason: "too large"), now: script.now)
            _ = script.wants()
            script.machine.aborted(nil, now: script.now)
            script.wait(1_000)
            _ = script.wants()
        }
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("b")])], now: script.now)
        script.wait(10_000)
        _ = script.wants()
        script.succeed()
        #expect((script.saved[source]?.offset ?? 0) >= 2, "the first record frees the others")
    }

    @Test func aSourceGetsNoMarkerAndStartsNoMoreThanItsMetadataCanHold() throws {
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (100, .unordered)
        } settings: {
            $0.metadataCapacity = 64
        }
        script.own([source])
        script.machine.fetched(source, (0..<50).map { HandlingScript.record($0) }, now: script.now)
        let calls = script.started().count
        #expect(calls == 5)
        // All but the first end, and nothing else may begin before that one does.
        for call in 2...calls { script.machine.handled(call, outcomes: [.done(writing: [HandlingScript.out("\(call)")])], now: script.now) }
        #expect(script.wants().first == "produce \(calls - 1)")
        #expect(script.batch?.toldIndices == [])
        script.succeed()
        #expect((script.saved[source]?.metadata.utf8.count ?? 99) <= 64)
        script.machine.handled(1, outcomes: [.done(writing: [HandlingScript.out("1")])], now: script.now)
        #expect(script.wants().first == "produce 1")
    }

    @Test(arguments: ["m", "me", "member-9"]) func aFullMetadataIsTakenOverByAMemberWhoseNameIsLonger(owner: String) throws {
        let done = OffsetRuns((0..<12).map { 2 * $0 + 1..<2 * $0 + 2 })
        let metadata = SavedProgress(owner: owner, marker: nil, unsaved: done, lowWater: 0).metadata
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (10, .unordered)
        } settings: {
            $0.metadataCapacity = metadata.utf8.count
        }
        script.machine.assigned([source], incrementally: false)
        _ = script.wants()
        script.restore(source, committed: 0, metadata: metadata)
        _ = script.wants()
        if script.batch != nil { script.succeed() }
        script.machine.fetched(source, (0..<100).map { HandlingScript.record($0) }, now: script.now)
        for _ in 0..<200 {
            _ = script.wants()
            if script.batch != nil { script.succeed() }
            for (call, _) in script.machine.handlers.calls.elements { script.machine.handled(call, outcomes: [.done], now: script.now) }
            script.wait(1_000)
        }
        #expect(script.machine.partitions[source]?.progress.lowWater == 100)
    }

    /// While the retry topic's leaders are away every second outcome cannot be written, and what is between them is more than fits the metadata.
    @Test(arguments: [(1, 64, 90), (3, 64, 90), (8, 64, 90), (64, 400, 2_560), (64, 400, 320)])
    func outcomesThatDoNotFitDoNotKeepThoseBelowThemWaiting(partitions: Int32, capacity: Int, batchRecords: Int) throws {
        let places = (0..<partitions).map { TopicPartition("T", $0) }
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (1_000, .unordered)
        } settings: {
            ($0.metadataCapacity, $0.batchRecords) = (capacity, batchRecords)
        }
        script.own(places)
        for place in places {
            let records = (0..<90).map {
                KafkaRecord(source: place, offset: $0, timestamp: script.now, key: nil, value: [1])
            }
            script.machine.fetched(place, records, now: script.now)
        }
        func handle() -> Bool {
            let calls = script.machine.handlers.calls.elements
            for (id, call) in calls {
                let isOdd = call.handed.items[0].record.offset % 2 == 1
                script.machine.handled(
                    id, outcomes: [isOdd ? .retry(failure, after: nil) : .done(writing: [HandlingScript.out("x")])], now: script.now)
            }
            return !calls.isEmpty
        }
        // All that may begin is handled while the first transaction is under way.
        var open: HopBatch?
        repeat {
            _ = script.wants()
            open = script.batch ?? open
        } while handle()
        for round in 0..<300 {
            if let batch = open {
                var report = ProduceReport()
                for (index, record) in batch.records.enumerated() where round < 60 && record.target.topic == "T-Retry" {
                    report.failed[index] = "timed out"
                }
                if report.failed.isEmpty {
                    script.succeed()
                } else {
                    script.machine.produced(report, now: script.now)
                    _ = script.wants()
                    script.machine.aborted(nil, now: script.now)
                }
            }
            script.wait(round < 60 ? 10 : 1_000)
            _ = script.wants()
            open = script.batch
            _ = handle()
        }
        #expect(places.allSatisfy { script.machine.partitions[$0]?.progress.lowWater == 90 })
    }
}
