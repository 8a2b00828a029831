import Testing

@testable import RetryCore

/// Calls that are handed out before they have a slot: how many, and what becomes of those that never begin.
@Suite struct HandlingAheadTests {
    private let source = HandlingScript.source
    private let retries = MachineScript.place
    private let failure = HandlingScript.failure

    /// One slot and so many calls ahead of it that `quick` calls, over at once, have made room for. The next call is `quick` + 1.
    private func ahead(
        _ quick: Int, of records: [KafkaRecord], _ change: (inout HandlerSettings) -> Void = { _ in }
    ) throws -> MachineScript {
        let script = try HandlingScript.script {
            $0.concurrency = 1
            change(&$0)
        }
        script.own([source])
        script.machine.fetched(source, records, now: script.now)
        for call in 1...quick {
            _ = script.wants()
            script.machine.handled(call, outcomes: [.done], now: script.now)
        }
        return script
    }

    private func records(_ count: Int) -> [KafkaRecord] { (0..<count).map { HandlingScript.record(Int64($0)) } }

    @Test func eachCallThatIsOverSoonMakesRoomForOneMore() throws {
        let script = try ahead(3, of: records(20))
        #expect(script.started() == ["handle T[0] [5]", "handle T[0] [6]"], "two of four were handed out before")
        script.wait(21)
        script.machine.handled(4, outcomes: [.done], now: script.now)
        #expect(script.wants() == ["withdraw [6, 7]"], "5 has the slot")
    }

    @Test func noMoreGoAheadThanCouldOpenTheBreaker() throws {
        let script = try ahead(10, of: records(200)) {
            $0.breaker = BreakerSettings()
            $0.breaker?.minimum = 12
        }
        _ = script.wants()
        #expect(script.machine.handlers.calls.count == 11)
        script.machine.handled(11, outcomes: [.retry(failure, after: nil)], now: script.now)
        _ = script.wants()
        #expect(script.machine.handlers.calls.count == 10, "nine more failures of 12 would open it, and there is one slot")
    }

    @Test func firstHandlingsDoNotGoAheadOfTheirSlotsWhileQuickRetriesWait() throws {
        let script = try HandlingScript.script { ($0.concurrency, $0.retryConcurrency) = (1, 1) }
        script.own([source, retries])
        script.machine.fetched(source, records(100), now: script.now)
        script.fetch(Array(0..<9), at: retries)
        func out(_ place: TopicPartition) -> [Int] {
            _ = script.wants()
            return script.machine.handlers.calls.elements.filter { $0.element.place == place }.map(\.id)
        }
        func end(_ calls: [Int]) { for call in calls { script.machine.handled(call, outcomes: [.done], now: script.now) } }
        for _ in 0..<2 { end(out(source) + out(retries)) }
        // One slot each; three quick retries made room for three ahead of it, two first handlings for two.
        #expect(out(retries).count == 4 && out(source).count == 1, "two more retries are due")
        end(out(retries))
        #expect(out(retries).count == 2 && out(source).count == 3, "all retries that are due are out")
    }

    @Test func firstHandlingsGoAheadOfTheirSlotsWhereRetriesWaitForSlowOnes() throws {
        let script = try HandlingScript.script { ($0.concurrency, $0.retryConcurrency) = (1, 1) }
        script.own([source, retries])
        script.machine.fetched(source, records(100), now: script.now)
        script.fetch(Array(0..<9), at: retries)
        for call in 1...10 {
            _ = script.wants()
            let place = script.machine.handlers.calls[call]?.place
            if place == source { script.machine.handled(call, outcomes: [.done], now: script.now) }
        }
        _ = script.wants()
        let calls = script.machine.handlers.calls.elements
        #expect(calls.count { $0.element.place == retries } == 1 && calls.count { $0.element.place == source } > 5)
    }

    @Test func firstHandlingsAndRetriesOfATopicShareWhatOpensItsBreaker() throws {
        var settings = HandlerSettings(HopPlanner(try HopSettings(sourceTopic: "T", group: "g", policy: .fixed(.seconds(1), retries: 1))))
        (settings.concurrency, settings.retryConcurrency) = (1, 1)
        var handlers = HopMachine.Handlers([settings])
        let kinds = [false, true].map { HopMachine.Handlers.Pool(handler: 0, isRetry: $0) }
        let now = Timestamp(milliseconds: 0)
        func add(_ pool: HopMachine.Handlers.Pool) -> Int {
            let id = handlers.lastCall + 1
            let call = HandlerCall(
                id: id, sourceTopic: "T", place: source, items: [], lanes: [], timeLimit: nil, epoch: Epoch(assignment: 1))
            handlers.add(call, pool, isProbe: false, now: now)
            return id
        }
        for pool in kinds {
            for _ in 0..<100 { if let call = handlers.remove(add(pool)) { handlers.ended(call, now: now) } }
        }
        #expect(handlers.admits(kinds[0], now: now).calls == 20, "20 failures would open it")
        for _ in 0..<20 { _ = add(kinds[0]) }
        #expect(handlers.admits(kinds[1], now: now).calls == 1, "there is a slot")
    }

    @Test func aBreakerLearnsInTheOrderInWhichCallsEnded() throws {
        let script = try HandlingScript.script {
            var breaker = BreakerSettings()
            (breaker.minimum, breaker.window) = (5, 10)
            ($0.breaker, $0.concurrency, $0.order) = (breaker, 32, .unordered)
        }
        let other = TopicPartition("T", 1)
        script.own([source, other])
        let records = records(9)
        script.machine.fetched(source, records, now: script.now)
        script.machine.fetched(
            other,
            records.map { record in
                var record = record
                record.source = other
                return record
            }, now: script.now)
        _ = script.wants()
        let calls = script.machine.handlers.calls.elements
        func ids(_ place: TopicPartition) -> [Int] { calls.filter { $0.element.place == place }.map(\.id) }
        let ended = zip(ids(source), ids(other)).flatMap {
            [(id: $0, outcomes: OneOrMany.one(HandlingOutcome.done)), ($1, .one(.retry(failure, after: nil)))]
        }
        #expect(ended.count == 18)
        script.machine.handled(ended, now: script.now)
        #expect(!script.machine.takeNotices().contains(.breakerOpened("T")), "half of any ten failed")
    }

    @Test func noneGoesAheadWhereACallTakesManyRecords() throws {
        let script = try HandlingScript.script { ($0.concurrency, $0.batchSize) = (1, 2) }
        script.own([source])
        script.machine.fetched(source, records(20), now: script.now)
        #expect(script.started() == ["handle T[0] [0, 1]"])
        script.machine.handled(1, outcomes: [.done, .done], now: script.now)
        #expect(script.started() == ["handle T[0] [2, 3]"])
    }

    // MARK: - Those that never begin

    @Test func whatWaitsForItsSlotForTooLongGoesBackToItsPlace() throws {
        let script = try ahead(3, of: records(12))
        _ = script.wants()
        script.machine.began(4, at: script.now)
        #expect(script.machine.nextWake(now: script.now) <= script.now.advanced(milliseconds: 20))
        script.wait(20)
        #expect(script.wants().first == "withdraw [5, 6, 7]")
        for call in 5...7 { script.machine.withdrawn(call) }
        #expect(script.started().isEmpty, "only the slot's call is out, and it runs")
        script.machine.handled(4, outcomes: [.done], now: script.now)
        #expect(script.started() == ["handle T[0] [4]"])
        script.machine.handled(8, outcomes: [.done], now: script.now)
        #expect(script.started() == ["handle T[0] [5]", "handle T[0] [6]"], "in their old order")
    }

    @Test func aRecordThatGoesBackIsTheNextOfItsLane() throws {
        let keys = ["a", "b", "c", "d", "a", "b", "a"]
        let script = try ahead(3, of: keys.enumerated().map { HandlingScript.record(Int64($0), key: $1) })
        #expect(script.started() == ["handle T[0] [5]"], "record 4 was handed out before, and 6 waits behind it")
        script.machine.began(4, at: script.now)
        script.wait(20)
        #expect(script.wants().first == "withdraw [5, 6]")
        for call in 5...6 { script.machine.withdrawn(call) }
        script.machine.handled(4, outcomes: [.done], now: script.now)
        var handled: [String] = []
        for call in 7...9 {
            handled += script.started()
            script.machine.handled(call, outcomes: [.done], now: script.now)
        }
        #expect(handled == ["handle T[0] [4]", "handle T[0] [5]", "handle T[0] [6]"])
    }

    @Test func aRecordWithoutAKeyThatGoesBackIsTheNextAlthoughLanesAreLetGo() throws {
        let keys = ["x", "y", "z", nil, "b", "a", "b", "a", "b", "a"]
        let script = try ahead(3, of: keys.enumerated().map { HandlingScript.record(Int64($0), key: $1) })
        _ = script.wants()
        script.machine.holdCalls(until: script.now)
        #expect(script.wants().first == "withdraw [4, 5, 6]", "records 3, 4 and 5")
        for call in 4...6 { script.machine.withdrawn(call) }
        #expect(script.machine.partitions[source]?.backlog == 7)
        var handled: [String] = []
        for call in 7...13 {
            script.wait(10)
            handled += script.started()
            script.machine.handled(call, outcomes: [.done], now: script.now)
        }
        #expect(handled == (3...9).map { "handle T[0] [\($0)]" })
    }

    @Test func aClockSetBackTakesBackWhatHasNoSlot() throws {
        let script = try ahead(3, of: records(12))
        _ = script.wants()
        script.machine.began(4, at: script.now)
        script.wait(-60_000)
        #expect(script.wants().first == "withdraw [5, 6, 7]")
    }

    @Test func aBreakerThatOpensTakesBackWhatHasNotBegun() throws {
        let script = try ahead(4, of: records(30)) {
            var breaker = BreakerSettings()
            (breaker.minimum, breaker.failureRate) = (6, 0.3)
            ($0.breaker, $0.concurrency) = (breaker, 3)
        }
        _ = script.wants()
        script.machine.handled(5, outcomes: [.retry(failure, after: nil)], now: script.now)
        _ = script.wants()
        script.machine.handled(6, outcomes: [.retry(failure, after: nil)], now: script.now)
        let calls = script.machine.handlers.calls.elements.map(\.id)
        #expect(!calls.isEmpty && script.wants().contains("withdraw \(calls)"))
    }

    @Test func aStopAndARevocationTakeBackWhatHasNotBegun() throws {
        for isStop in [true, false] {
            let script = try ahead(3, of: records(12))
            _ = script.wants()
            script.machine.began(4, at: script.now)
            if isStop { script.machine.stop() } else { script.machine.revoked([source]) }
            #expect(script.wants().first == "withdraw [5, 6, 7]")
        }
    }

    @Test func aCallThatWasCancelledBeforeItBeganLeavesItsSlot() throws {
        let script = try ahead(3, of: records(12))
        _ = script.wants()
        script.machine.lost([source])
        let cancelled = script.wants().filter { $0.hasPrefix("cancel") }
        #expect(cancelled == (4...7).map { "cancel \($0)" })
        for call in 4...7 { script.machine.withdrawn(call) }
        #expect(script.machine.handlers.calls.isEmpty)
    }

    // MARK: - Time

    @Test func theTimeOfACallCountsFromItsBegin() throws {
        let script = try HandlingScript.script { ($0.deadline, $0.concurrency) = (.seconds(2), 1) }
        script.own([source])
        script.machine.fetched(source, records(1), now: script.now)
        #expect(script.started() == ["handle T[0] [0]"])
        script.wait(5_000)
        #expect(script.wants().isEmpty, "it has not begun")
        #expect(script.machine.nextWake(now: script.now) > script.now)
        script.machine.began(1, at: script.now)
        #expect(script.machine.nextWake(now: script.now) == script.now.advanced(by: .seconds(2)))
        script.wait(2_000)
        #expect(script.wants() == ["cancel 1", "produce 1"])
    }
}
