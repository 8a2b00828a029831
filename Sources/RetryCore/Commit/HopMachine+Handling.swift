extension HopMachine {
    /// Slots, breakers and calls of all handlers of this member.
    struct Handlers: Sendable {
        /// What shares slots: the first handlings of a source topic, or its retries.
        struct Pool: Hashable, Sendable {
            var topic: String
            var isRetry: Bool
        }

        struct Call: Sendable {
            var place: TopicPartition
            var epoch: Epoch
            var offsets: [Int64]
            var pool: Pool
            var deadline: Timestamp?
            /// Its records have failed by its deadline, or left: it only keeps its slot.
            var isOver = false
        }

        var calls: [Int: Call] = [:]
        var lastCall = 0
        var taken: [Pool: Int] = [:]
        var breakers: [String: HandlerBreaker] = [:]
        var nextDeadline = Timestamp.distantFuture
        /// None starts before.
        var notBefore = Timestamp.distantPast
        /// Which partition begins, so that a full pool starves none.
        var turn = 0
        let isEmpty: Bool

        init(_ settings: [HandlerSettings]) {
            isEmpty = settings.isEmpty
            for topic in settings {
                if let breaker = topic.breaker { breakers[topic.planner.source.topic] = HandlerBreaker(breaker) }
            }
        }

        /// The clock was set back: what was to be then is counted from now.
        mutating func forgetWaits(now: Timestamp, _ settings: [HandlerSettings]) {
            for topic in Array(breakers.keys) { breakers[topic]?.forgetWaits() }
            notBefore = .distantPast
            nextDeadline = .distantFuture
            for (id, call) in calls where !call.isOver {
                guard let longest = settings.first(where: { $0.planner.source.topic == call.pool.topic })?.deadline else { continue }
                let deadline = min(call.deadline ?? .distantFuture, now.advanced(by: longest))
                calls[id]?.deadline = deadline
                nextDeadline = min(nextDeadline, deadline)
            }
        }
    }

    /// How the records of a partition are handled here; `nil` if they are not.
    func handling(of place: TopicPartition) -> PartitionHandling? {
        for handler in settings.handlers {
            if handler.planner.source.topic == place.topic { return PartitionHandling(handler, isSource: true) }
            if handler.planner.retries.topic == place.topic { return PartitionHandling(handler, isSource: false) }
        }
        return nil
    }

    // MARK: - Starting

    /// No handler starts before `moment`: whether this member is one still has to be seen.
    public mutating func holdCalls(until moment: Timestamp) { handlers.notBefore = moment }

    /// Starts handlers as slots are free, ends those that are overdue, and pauses what comes faster than it is handled.
    mutating func serveHandlers(now: Timestamp) {
        guard !handlers.isEmpty else { return }
        endOverdueCalls(now: now)
        if !isStopping, !places.isEmpty, handlers.notBefore <= now {
            handlers.turn += 1
            let first = handlers.turn % places.count
            for place in Array(places[first...] + places[..<first]) { startCalls(of: place, now: now) }
        }
        regulateSources()
    }

    private mutating func startCalls(of place: TopicPartition, now: Timestamp) {
        let most = mostRuns
        while let pool = partitions[place]?.handling?.pool, freeSlots(pool, now: now) > 0 {
            let isProbe = handlers.breakers[pool.topic].map { $0.state != .closed } ?? false
            let call = partitions[place]?.nextCall(
                handlers.lastCall + 1, now: now, limit: batchLimit, mostRuns: most, mostItems: isProbe ? 1 : .max)
            guard let call else { return }
            if isProbe { handlers.breakers[pool.topic]?.began(probe: call.id) }
            handlers.lastCall = call.id
            handlers.taken[pool, default: 0] += 1
            handlers.calls[call.id] = .init(
                place: place, epoch: call.epoch, offsets: call.items.map(\.record.offset), pool: pool, deadline: call.deadline)
            if let deadline = call.deadline { handlers.nextDeadline = min(handlers.nextDeadline, deadline) }
            out.ask(.handle(call))
        }
    }

    private mutating func freeSlots(_ pool: Handlers.Pool, now: Timestamp) -> Int {
        let slots = slots(of: pool) - handlers.taken[pool, default: 0]
        switch handlers.breakers[pool.topic]?.admits(now: now) {
        case nil, .all: return slots
        case .some(.none): return 0
        case .probe: return handlers.breakers[pool.topic]?.probe == nil ? min(1, slots) : 0
        }
    }

    private func slots(of pool: Handlers.Pool) -> Int {
        settings.handlers.first { $0.planner.source.topic == pool.topic }?.slots(isRetry: pool.isRetry) ?? 0
    }

    /// How many runs of done offsets fit the metadata beside what else stands there, 8 characters each (gaps and lengths below 2²⁰).
    private var mostRuns: Int { (metadataCapacity - settings.owner.utf8.count - 20) / 8 }

    // MARK: - Ending

    /// The answer to ``HopAction/handle(_:)``: an outcome for each of its records, in their order. One that is missing is a failure.
    public mutating func handled(_ id: Int, outcomes: [HandlingOutcome], now: Timestamp) {
        guard let call = handlers.calls.removeValue(forKey: id) else { return }
        handlers.taken[call.pool, default: 0] -= 1
        defer { handlers.breakers[call.pool.topic]?.ended(id) }
        guard !call.isOver else {
            if partitions[call.place]?.epoch == call.epoch { partitions[call.place]?.handling?.releaseLanes(of: id) }
            return
        }
        let missing = HandlingOutcome.retry(RetryFailure(type: "HandlerError", message: "the handler gave no outcome"), after: nil)
        finish(id, call, outcomes + Array(repeating: missing, count: max(0, call.offsets.count - outcomes.count)), now: now)
    }

    private mutating func finish(_ id: Int, _ call: Handlers.Call, _ outcomes: [HandlingOutcome], now: Timestamp) {
        guard partitions[call.place]?.epoch == call.epoch else { return }
        for outcome in outcomes.prefix(call.offsets.count) {
            guard handlers.breakers[call.pool.topic]?.record(isFailure: outcome.isFailure, of: id, now: now) == true else { continue }
            let topic = KafkaTopic(call.pool.topic)
            if case .closed = handlers.breakers[call.pool.topic]?.state { out.tell(.breakerClosed(topic)) }
            if case .open = handlers.breakers[call.pool.topic]?.state { out.tell(.breakerOpened(topic)) }
        }
        for (offset, outcome) in zip(call.offsets, outcomes) {
            partitions[call.place]?.finish(offset, outcome, call: id, keepsLane: handlers.calls[id] != nil, now: now)
        }
    }

    private mutating func endOverdueCalls(now: Timestamp) {
        guard handlers.nextDeadline <= now else { return }
        var next = Timestamp.distantFuture
        for (id, call) in handlers.calls.sorted(by: { $0.key < $1.key }) {
            guard let deadline = call.deadline, !call.isOver else { continue }
            guard deadline <= now else {
                next = min(next, deadline)
                continue
            }
            handlers.calls[id]?.isOver = true
            out.tell(.handlerOverdue(call.place, offset: call.offsets.first ?? 0))
            out.ask(.cancel(call: id))
            let failure = RetryFailure(type: "HandlerDeadlineExceeded", message: "the handler did not answer by its deadline")
            finish(id, call, call.offsets.map { _ in .retry(failure, after: nil) }, now: now)
            handlers.breakers[call.pool.topic]?.ended(id)
        }
        handlers.nextDeadline = next
    }

    /// Whether what this call comes to will still be heeded.
    public func isCurrent(_ call: HandlerCall) -> Bool {
        handlers.calls[call.id]?.isOver == false && partitions[call.place]?.epoch == call.epoch
    }

    /// What the handlers of a partition that leaves do is of no more use.
    mutating func cancelCalls(of place: TopicPartition) {
        for (id, call) in handlers.calls.sorted(by: { $0.key < $1.key }) where call.place == place && !call.isOver {
            handlers.calls[id]?.isOver = true
            handlers.breakers[call.pool.topic]?.ended(id)
            out.ask(.cancel(call: id))
        }
    }

    // MARK: - Time and room

    /// When handlers want something though nothing was told to the machine.
    func nextHandlerWake(now: Timestamp) -> Timestamp {
        guard !handlers.isEmpty else { return .distantFuture }
        var wake = handlers.nextDeadline
        for revocation in revocations where !revocation.isLost {
            // One that is over waits for its transaction, which wakes the shell.
            let end = revocation.since.advanced(by: settings.revocationGrace)
            if end > now { wake = min(wake, end) }
        }
        guard !isStopping else { return wake }
        for partition in partitions.values {
            guard let pool = partition.handling?.pool, slots(of: pool) > handlers.taken[pool, default: 0] else { continue }
            let start = max(handlers.notBefore, partition.nextStart(limit: batchLimit, mostRuns: mostRuns))
            guard start < wake else { continue }
            switch handlers.breakers[pool.topic]?.state {
            case nil, .closed: wake = start
            case .open(let until): wake = min(wake, max(start, until))
            case .halfOpen: if handlers.breakers[pool.topic]?.probe == nil { wake = start }
            }
        }
        return wake
    }

    /// Sources are not read while so much of them waits for a slot that memory or the done set would burst.
    private mutating func regulateSources() {
        let sources = places.filter { partitions[$0]?.isSource == true }
        guard !sources.isEmpty else { return }
        let bytes = settings.payloadBytes / 4 / sources.count
        for place in sources {
            guard let partition = partitions[place], partition.isConsumed, !partition.isRevoking, !partition.isSeeking else { continue }
            let (count, used) = (partition.backlog, partition.residentBytes)
            if !partition.isPaused, count > 0, count >= settings.mostBacklog || used >= bytes {
                partitions[place]?.isPaused = true
                out.ask(.pause(place))
            } else if partition.isPaused, count == 0 || count < settings.mostBacklog / 2 && used < bytes / 2 {
                partitions[place]?.isPaused = false
                out.ask(.resume(place))
            }
        }
    }
}
