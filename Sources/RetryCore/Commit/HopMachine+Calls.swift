extension HopMachine {
    /// Slots, breakers and calls of all handlers of this member.
    struct Handlers: Sendable {
        /// What shares slots: the first handlings of a source topic, or its retries.
        struct Pool: Hashable, Sendable {
            /// The number of its topic in the settings.
            let handler: Int
            let isRetry: Bool

            fileprivate var index: Int { handler * 2 + (isRetry ? 1 : 0) }
            /// The topic's other kind, with the same breaker.
            fileprivate var other: Pool { Pool(handler: handler, isRetry: !isRetry) }
        }

        struct Call: Sendable {
            let handed: HandlerCall
            let pool: Pool
            let handedOut: Timestamp
            /// When it has failed; not known before it has begun.
            var deadline: Timestamp?
            /// Whether it is known to have begun: it may have though it is not.
            var hasBegun = false
            /// Its records have failed by its deadline, or left: it only keeps its slot.
            var isOver = false

            var place: TopicPartition { handed.place }
            var epoch: Epoch { handed.epoch }
        }

        private(set) var calls = CallTable<Call>()
        private(set) var lastCall = 0
        private let topics: [KafkaTopic]
        /// By pool.
        private var slots: [HandlerSlots]
        /// By topic.
        private var breakers: [HandlerBreaker?]
        /// When deadlines have to be looked at.
        private(set) var nextDeadline = Timestamp.distantFuture
        /// When it has to be looked whether a call has waited for its slot for too long.
        private(set) var nextTakeBack = Timestamp.distantFuture
        /// None starts before.
        var notBefore = Timestamp.distantPast
        /// Which partition begins, so that a full pool starves none.
        var turn = 0

        init(_ settings: [HandlerSettings]) {
            topics = settings.map(\.planner.settings.sourceTopic)
            breakers = settings.map { $0.breaker.map(HandlerBreaker.init) }
            slots = settings.flatMap { [HandlerSlots($0, isRetry: false), HandlerSlots($0, isRetry: true)] }
        }

        var isEmpty: Bool { topics.isEmpty }
    }
}

// MARK: - Starting

extension HopMachine.Handlers {
    /// How many calls may start, and whether that one is a probe.
    mutating func admits(_ pool: Pool, now: Timestamp) -> (calls: Int, isProbe: Bool) {
        let slots = slots[pool.index]
        switch breakers[pool.handler]?.admits(now: now) {
        case nil, .all: return (slots.free(failuresLeft: failuresLeft(pool)), false)
        case .some(.none): return (0, false)
        case .probe: return (breakers[pool.handler]?.probe == nil ? min(1, slots.count - slots.taken) : 0, true)
        }
    }

    /// When a call of this kind may start that could `start` then.
    func wake(_ pool: Pool, start: Timestamp) -> Timestamp {
        guard slots[pool.index].free(failuresLeft: failuresLeft(pool)) > 0 else { return .distantFuture }
        switch breakers[pool.handler]?.state {
        case nil, .closed: return start
        case .open(let until): return max(start, until)
        case .halfOpen: return breakers[pool.handler]?.probe == nil ? start : .distantFuture
        }
    }

    /// Where retries that are over soon wait all the same, they take up what processors there are: first handlings, which nobody was promised
    /// a time for, go ahead of their slots no more until those have begun.
    mutating func holdBack(_ handler: Int, retriesWait: Bool) {
        let retries = Pool(handler: handler, isRetry: true)
        slots[retries.other.index].isHeldBack = retriesWait && slots[retries.index].ahead.count > 0
    }

    private func failuresLeft(_ pool: Pool) -> Int? { breakers[pool.handler].map { $0.failuresLeft - slots[pool.other.index].taken } }

    mutating func add(_ handed: HandlerCall, _ pool: Pool, isProbe: Bool, now: Timestamp) {
        let call = Call(handed: handed, pool: pool, handedOut: now)
        lastCall = handed.id
        calls.insert(call, id: handed.id)
        slots[pool.index].taken += 1
        if isProbe { breakers[pool.handler]?.began(probe: handed.id) }
        expectDeadline(of: call, now: now)
        guard slots[pool.index].taken > slots[pool.index].count else { return }
        slots[pool.index].ahead.handedOut(handed.id, at: now)
        nextTakeBack = min(nextTakeBack, now.advanced(milliseconds: CallsAhead.longestWaitMilliseconds))
    }

    mutating func began(_ id: Int, at moment: Timestamp) {
        guard let call = calls[id], !call.hasBegun else { return }
        calls[id]?.hasBegun = true
        guard let deadline = call.handed.deadline(began: moment) else { return }
        calls[id]?.deadline = deadline
        nextDeadline = min(nextDeadline, deadline)
    }
}

// MARK: - Ending

extension HopMachine.Handlers {
    /// A call has ended, or never began.
    mutating func remove(_ id: Int) -> Call? {
        guard let call = calls.remove(id) else { return nil }
        slots[call.pool.index].taken -= 1
        return call
    }

    /// What `call` came to was heard of.
    mutating func ended(_ call: Call, now: Timestamp) {
        slots[call.pool.index].ahead.ended(since: call.handedOut, now: now)
    }

    /// Whether its topic has a breaker, which wants to know what calls come to.
    func hasBreaker(_ call: Call) -> Bool { breakers[call.pool.handler] != nil }

    /// What its breaker makes of a call; tells if that changed.
    mutating func learn(_ outcomes: OneOrMany<HandlingOutcome>, of call: Call, now: Timestamp) -> HopNotice? {
        guard breakers[call.pool.handler] != nil else { return nil }
        var notice: HopNotice?
        for index in call.handed.items.indices {
            let isFailure = index >= outcomes.count || outcomes[index].isFailure
            guard breakers[call.pool.handler]?.record(isFailure: isFailure, of: call.handed.id, now: now) == true else { continue }
            let topic = topics[call.pool.handler]
            if case .closed = breakers[call.pool.handler]?.state { notice = .breakerClosed(topic) } else { notice = .breakerOpened(topic) }
        }
        return notice
    }

    /// A probe that has ended, is overdue or never began may be followed by another.
    mutating func endProbe(_ call: Call) { breakers[call.pool.handler]?.ended(call.handed.id) }

    /// Its records have failed, or are of no more use.
    mutating func endEarly(_ id: Int) {
        guard let call = calls[id] else { return }
        calls[id]?.isOver = true
        endProbe(call)
    }
}

// MARK: - Time

extension HopMachine.Handlers {
    /// Calls that have failed since they did not answer in time.
    mutating func takeOverdue(now: Timestamp) -> [Call] {
        guard nextDeadline <= now else { return [] }
        nextDeadline = .distantFuture
        var overdue: [Call] = []
        for (_, call) in calls.elements where !call.isOver {
            if let deadline = call.deadline, deadline <= now { overdue.append(call) } else { expectDeadline(of: call, now: now) }
        }
        return overdue
    }

    /// One that has not begun cannot be overdue before its time would be over if it began now.
    private mutating func expectDeadline(of call: Call, now: Timestamp) {
        guard let deadline = call.deadline ?? call.handed.deadline(began: now) else { return }
        nextDeadline = min(nextDeadline, deadline)
    }

    /// Calls that go back since one of their kind has waited for its slot for too long: the latest, as many as have none.
    mutating func takeWaiting(now: Timestamp) -> [Int] {
        guard nextTakeBack <= now else { return [] }
        nextTakeBack = .distantFuture
        var taken: [Int] = []
        for index in slots.indices {
            guard let since = slots[index].ahead.waitingSince(hasBegun: { calls[$0]?.hasBegun ?? true }) else { continue }
            let end = since.advanced(milliseconds: CallsAhead.longestWaitMilliseconds)
            if end <= now { taken += takeSurplus(index) } else { nextTakeBack = min(nextTakeBack, end) }
        }
        return taken
    }

    /// Those that have not begun and have no slot.
    private mutating func takeSurplus(_ index: Int) -> [Int] {
        slots[index].ahead.stop()
        return notBegun { $0.pool.index == index }.suffix(max(0, slots[index].taken - slots[index].count))
    }

    /// Those that may not have begun and are not over, in the order in which they were handed out.
    func notBegun(where matches: (Call) -> Bool) -> [Int] {
        calls.elements.filter { !$0.element.hasBegun && !$0.element.isOver && matches($0.element) }.map(\.id)
    }

    /// The clock was set back: what was to be then is counted from now. Answers the calls that go back, since how long they have waited for
    /// a slot is not known any more.
    mutating func forgetWaits(now: Timestamp) -> [Int] {
        for index in breakers.indices { breakers[index]?.forgetWaits() }
        notBefore = .distantPast
        (nextDeadline, nextTakeBack) = (.distantFuture, .distantFuture)
        for (id, call) in calls.elements where !call.isOver {
            if let deadline = call.deadline { calls[id]?.deadline = min(deadline, call.handed.deadline(began: now) ?? deadline) }
            expectDeadline(of: calls[id] ?? call, now: now)
        }
        return slots.indices.flatMap { takeSurplus($0) }
    }
}

/// A call that has ended, or was overdue.
struct FinishedCall: Sendable {
    let call: HandlerCall
    /// One for each record; a missing one is a failure.
    let outcomes: OneOrMany<HandlingOutcome>
    /// Whether its handler still runs and keeps what comes behind it waiting.
    var keepsLanes = false
    /// Its records have failed by its deadline, or left, before it ended.
    var isOver = false

    static let missing = HandlingOutcome.retry(
        RetryFailure(type: "HandlerError", message: "the handler gave no outcome"), after: nil)
}
