import Testing

@testable import RetryCore

/// A machine, a clock and one topic, for scripts that can stand in an expectation.
private final class Script {
    private var machine: ProducerMachine
    private let topic: Int
    var now: Int64 = 1_000

    init(backlog: Int = 0, _ change: (inout ProducerMachineSettings) -> Void = { _ in }) {
        var settings = ProducerMachineSettings()
        settings.hasSpool = true
        change(&settings)
        var machine = ProducerMachine(settings, backlog: backlog)
        topic = machine.topic("T")
        self.machine = machine
    }

    func accept(
        _ origin: SendRequest.Origin = .caller, to place: SendRequest.Place = .partition(0), within time: Int64? = nil,
        isBacklog: Bool = false, mayBeWritten: Bool = false
    ) -> SendSlot {
        let request = SendRequest(
            topic: topic, place: place, origin: origin, deadline: time.map { now + $0 } ?? .max, isBacklog: isBacklog,
            mayBeWritten: mayBeWritten)
        return machine.accept(request, now: now)
    }

    var nextMoment: Int64 { machine.nextMoment(now: now) }

    func next() -> ProducerWork { machine.next(now: now) }
    func report(_ slot: SendSlot, _ verdict: SendVerdict) { machine.reported(slot, verdict, now: now) }
    func tookBack() { machine.tookBack() }
    func abandon() -> [SendEnd] { machine.abandon().map(\.end) }
    func answer(_ recovery: ProducerWork.Recovery?, _ taker: SendRecovered?) {
        guard let recovery else { return }
        machine.recovered(recovery.slot, taker, cause: recovery.cause, now: now)
    }
}

extension ProducerWork {
    fileprivate var slots: [SendSlot] { sends.map(\.slot) }
}

@Suite struct ProducerMachineTests {
    @Test func whatIsHandedOverNamesItsTopicAndItsPartition() {
        let script = Script()
        let (third, any) = (script.accept(to: .partition(3)), script.accept(to: .anywhere))
        let expected: Set = [ProducerWork.Send(slot: third, topic: 0, partition: 3), .init(slot: any, topic: 0, partition: nil)]
        #expect(Set(script.next().sends) == expected)
    }

    // MARK: What was refused together

    @Test func whoIsRefusedIsLookedForAmongThoseOfItsPartitionAlone() {
        let script = Script()
        let unanswered = script.accept(to: .partition(1))
        let refused = script.accept()
        #expect(script.next().sends.count == 2)
        script.report(refused, .notWritten(.refused))
        #expect(script.next().slots == [refused])
        // Nothing joins it in a request; what is for another partition cannot.
        let (other, behind, keyless) = (script.accept(to: .partition(1)), script.accept(), script.accept(to: .anywhere))
        #expect(script.next().slots == [other])
        script.report(refused, .notWritten(.refused))
        #expect(Set(script.next().slots.map(\.index)) == [behind.index, keyless.index])
        script.report(unanswered, .delivered)
        #expect(script.next().ends.count == 1)
    }

    @Test func whatIsForAnyPartitionMayBeInARequestWithAll() {
        let script = Script()
        let keyless = script.accept(to: .anywhere)
        let refused = script.accept()
        #expect(script.next().sends.count == 2)
        script.report(refused, .notWritten(.refused))
        #expect(script.next().sends.isEmpty)
        script.report(keyless, .delivered)
        #expect(script.next().slots == [refused])
    }

    @Test func othersMakeRoomForWhoHasToBeAloneButNotForLong() {
        let script = Script()
        let (unanswered, refused) = (script.accept(to: .partition(1)), script.accept(to: .anywhere))
        #expect(script.next().sends.count == 2)
        script.report(refused, .notWritten(.refused))
        #expect(script.next().sends.isEmpty)
        let behind = script.accept(to: .partition(0))
        #expect(script.next().sends.isEmpty)
        #expect(script.nextMoment == script.now + 1_000)
        script.now += 1_000
        #expect(script.next().slots == [behind], "a partition that does not answer holds nobody up")
        #expect(script.nextMoment > script.now)
        script.now += 3_000
        #expect(script.next().sends.isEmpty)
        let later = script.accept(to: .partition(0))
        #expect(script.next().sends.isEmpty)
        script.report(unanswered, .delivered)
        script.report(behind, .delivered)
        #expect(script.next().slots == [refused])
        script.report(refused, .notWritten(.refused))
        #expect(script.next().slots == [later])
    }

    // MARK: What may have been written

    @Test(arguments: [SendFailure.permanent, .refused]) func whatMayBeWrittenIsNeverCalledNotWritten(failure: SendFailure) {
        let script = Script()
        let slot = script.accept()
        var work = script.next()
        // One that is refused is tried alone before it is given up.
        for _ in 0..<2 where work.recoveries.isEmpty {
            #expect(work.slots == [slot])
            script.report(slot, .maybeWritten(failure))
            work = script.next()
        }
        #expect(work.recoveries.map(\.cause) == [.permanent])
        script.answer(work.recoveries.first, nil)
        #expect(script.next().ends == [.init(slot: slot, end: .ambiguous(.permanent), mayBeTwice: true, origin: .caller)])
    }

    @Test func whatMayBeWrittenIsNotSentAgainIfItIsNotToBe() {
        let script = Script { $0.onAmbiguous = .fail }
        let slot = script.accept()
        _ = script.next()
        script.report(slot, .maybeWritten(.refused))
        #expect(script.next().ends.map(\.end) == [.ambiguous(.ambiguous)])
    }

    @Test func whatTheSpoolKeptAsPerhapsWrittenMayBeThereTwice() {
        let script = Script(backlog: 1)
        let slot = script.accept(.spool, isBacklog: true, mayBeWritten: true)
        _ = script.next()
        script.report(slot, .delivered)
        #expect(script.next().ends == [.init(slot: slot, end: .delivered, mayBeTwice: true, origin: .spool)])
    }

    // MARK: The spool

    @Test func whatCannotBeDeliveredStaysInTheSpoolAndStopsNobody() {
        let script = Script(backlog: 1)
        let spooled = script.accept(.spool, isBacklog: true)
        let later = script.accept()
        #expect(script.next().slots == [spooled])
        script.report(spooled, .notWritten(.permanent))
        let recovery = script.next().recoveries.first
        #expect(recovery?.maySpool == false)
        script.answer(recovery, nil)
        let work = script.next()
        #expect(work.ends == [.init(slot: spooled, end: .keptInSpool(.permanent), mayBeTwice: false, origin: .spool)])
        #expect(work.slots == [later])
    }

    @Test func whatIsPastItsDeadlineEntersTheSpoolBehindWhatWasSentBefore() {
        let script = Script { $0.laneWindow = 1 }
        let (first, second) = (script.accept(within: 150), script.accept(within: 100))
        #expect(script.next().slots == [first])
        script.now += 200
        let work = script.next()
        #expect(work.recoveries.isEmpty && work.takesBack, "the first one is out")
        script.tookBack()
        script.report(first, .notWritten(.purged))
        let recoveries = script.next().recoveries
        #expect(recoveries.map(\.slot) == [first, second] && recoveries.allSatisfy(\.maySpool))
    }

    @Test func whatIsRefusedByTheBreakerEntersTheSpoolBehindWhatWasSentBefore() {
        let script = Script {
            $0.whenOpen = .recover
            $0.breaker.failures = 1
        }
        let (first, second) = (script.accept(), script.accept())
        #expect(script.next().slots == [first, second])
        script.report(second, .notWritten(.transient))
        let third = script.accept()
        let work = script.next()
        #expect(work.breakers.map(\.isOpen) == [true] && work.recoveries.isEmpty && work.takesBack)
        script.tookBack()
        script.report(first, .maybeWritten(.purged))
        let recoveries = script.next().recoveries
        #expect(recoveries.map(\.slot) == [first, second, third] && recoveries.allSatisfy(\.maySpool))
    }

    /// One is out that failed, which opens the breaker, and two wait behind it.
    private func openBreaker(_ whenOpen: ProducerMachineSettings.WhenOpen) -> (script: Script, slots: [SendSlot]) {
        let script = Script {
            $0.whenOpen = whenOpen
            $0.breaker.failures = 1
            $0.laneWindow = 1
        }
        let slots = [script.accept(), script.accept(), script.accept()]
        #expect(script.next().slots == [slots[0]])
        script.report(slots[0], .notWritten(.transient))
        return (script, slots)
    }

    @Test func whatWaitsWhenTheBreakerOpensIsRecoveredAtOnceInItsOrder() {
        let (script, slots) = openBreaker(.recover)
        let work = script.next()
        #expect(work.recoveries == slots.map { .init(slot: $0, cause: .breakerOpen, maySpool: true) })
        #expect(work.sends.isEmpty && work.ends.isEmpty)
    }

    @Test func orItFailsIfThatIsToBe() {
        let (script, slots) = openBreaker(.fail)
        let ends = script.next().ends
        #expect(ends.map(\.slot) == slots && ends.allSatisfy { $0.end == .failed(.breakerOpen) })
    }

    @Test func orItWaits() {
        let (script, _) = openBreaker(.wait)
        let work = script.next()
        #expect(work.recoveries.isEmpty && work.ends.isEmpty && work.breakers.map(\.isOpen) == [true])
    }

    @Test func whatMayBeWrittenAndFailsForTheBreakerIsAmbiguous() {
        let script = Script {
            $0.whenOpen = .fail
            $0.breaker.failures = 1
        }
        let slot = script.accept()
        _ = script.next()
        script.report(slot, .maybeWritten(.transient))
        #expect(script.next().ends.map(\.end) == [.ambiguous(.breakerOpen)])
    }

    @Test func theProbeIsNotRefused() {
        let (script, _) = openBreaker(.recover)
        _ = script.next()
        script.now += 10_000
        _ = script.next()
        let probe = script.accept(to: .anywhere)
        let work = script.next()
        #expect(work.slots == [probe] && work.recoveries.isEmpty)
    }

    @Test func whatWasSentBeforeAndArrivesIsNotSpooled() {
        let script = Script { $0.laneWindow = 1 }
        let (first, second) = (script.accept(within: 150), script.accept(within: 100))
        _ = script.next()
        script.now += 200
        _ = script.next()
        script.report(first, .delivered)
        let work = script.next()
        #expect(work.ends.map(\.end) == [.delivered] && work.recoveries.map(\.slot) == [second])
    }

    @Test func whatWaitsBehindTheSpoolMayJoinItThoughPartOfItHasArrived() {
        let script = Script(backlog: 2)
        let waiting = script.accept(within: 100)
        let (first, second) = (script.accept(.spool, isBacklog: true), script.accept(.spool, isBacklog: true))
        #expect(script.next().slots == [first, second])
        script.report(first, .delivered)
        script.now += 200
        #expect(script.next().recoveries == [.init(slot: waiting, cause: .deadline, maySpool: true)])
    }

    // MARK: The end

    @Test func abandonedEachEndsAsWhatIsKnownOfIt() {
        let script = Script(backlog: 1) {
            $0.hasSpool = false
            $0.laneWindow = 1
        }
        _ = script.accept(.spool, isBacklog: true)
        #expect(script.next().sends.count == 1)
        _ = script.accept()
        #expect(script.abandon() == [.leftInSpool, .failed(.closed)])
        let other = Script { $0.hasSpool = false }
        _ = other.accept()
        #expect(other.next().sends.count == 1)
        #expect(other.abandon() == [.ambiguous(.closed)])
    }
}
