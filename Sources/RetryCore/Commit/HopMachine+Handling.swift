extension HopMachine {
    /// How the records of a partition are handled here; `nil` if they are not.
    func handling(of place: TopicPartition) -> PartitionHandling? {
        for (number, handler) in settings.handlers.enumerated() {
            if handler.planner.source.topic == place.topic { return PartitionHandling(handler, number: number, isSource: true) }
            if handler.planner.retries.topic == place.topic { return PartitionHandling(handler, number: number, isSource: false) }
        }
        return nil
    }

    // MARK: - Starting

    /// No handler starts before `moment`: whether this member is one still has to be seen.
    public mutating func holdCalls(until moment: Timestamp) {
        handlers.notBefore = moment
        withdrawCalls { _ in true }
    }

    /// Starts handlers as slots are free, ends those that are overdue, and pauses what comes faster than it is handled.
    mutating func serveHandlers(now: Timestamp) {
        guard !handlers.isEmpty else { return }
        endOverdueCalls(now: now)
        withdraw(handlers.takeWaiting(now: now))
        if !isStopping, !places.isEmpty, handlers.notBefore <= now {
            handlers.turn += 1
            let first = handlers.turn % places.count
            let turn = Array(places[first...] + places[..<first])
            for place in turn where partitions[place]?.isSource == false { startCalls(of: place, now: now) }
            let waiting = topicsWhoseRetriesWait(now: now)
            for number in settings.handlers.indices { handlers.holdBack(number, retriesWait: waiting.contains(number)) }
            for place in turn where partitions[place]?.isSource == true { startCalls(of: place, now: now) }
        }
        regulateSources()
    }

    /// The topics of which more retries are due than may be handed out now, by their numbers. An open breaker holds up both kinds alike.
    private func topicsWhoseRetriesWait(now: Timestamp) -> Set<Int> {
        let (most, limit) = (mostRuns, waitLimit)
        var topics: Set<Int> = []
        for place in places {
            guard let pool = partitions[place]?.handling?.pool, pool.isRetry, !topics.contains(pool.handler) else { continue }
            if partitions[place]?.nextStart(limit: limit, mostRuns: most) ?? .distantFuture <= now { topics.insert(pool.handler) }
        }
        return topics
    }

    private mutating func startCalls(of place: TopicPartition, now: Timestamp) {
        guard let pool = partitions[place]?.handling?.pool else { return }
        let (most, limit) = (mostRuns, waitLimit)
        while true {
            let (free, isProbe) = handlers.admits(pool, now: now)
            guard free > 0 else { return }
            let calls = partitions[place]?.nextCalls(
                free, first: handlers.lastCall + 1, now: now, limit: limit, mostRuns: most, mostItems: isProbe ? 1 : .max)
            guard let calls, !calls.isEmpty else { return }
            for call in calls {
                handlers.add(call, pool, isProbe: isProbe, now: now)
                out.ask(.handle(call))
            }
        }
    }

    /// How many runs of done offsets fit the metadata beside what else stands there, 8 characters each (gaps and lengths below 2²⁰).
    private var mostRuns: Int { (metadataCapacity - settings.owner.utf8.count - 20) / 8 }

    // MARK: - Waiting for a slot

    /// This call runs since `moment`. Calls need not be told of that end before.
    public mutating func began(_ id: Int, at moment: Timestamp) { handlers.began(id, at: moment) }

    /// A call never began: its records start again, at the place where they stood, unless it was cancelled.
    public mutating func withdrawn(_ id: Int) {
        guard let call = handlers.remove(id) else { return }
        handlers.endProbe(call)
        guard partitions[call.place]?.epoch == call.epoch else { return }
        if call.isOver {
            partitions[call.place]?.handling?.releaseLanes(of: id)
        } else {
            partitions[call.place]?.putBack(call.handed)
        }
    }

    /// What has not begun does not.
    mutating func withdrawCalls(where matches: (Handlers.Call) -> Bool) { withdraw(handlers.notBegun(where: matches)) }

    mutating func withdraw(_ calls: [Int]) { if !calls.isEmpty { out.ask(.withdraw(calls: calls)) } }

    // MARK: - Ending

    /// The answer to ``HopAction/handle(_:)``: an outcome for each of its records, in their order. One that is missing is a failure.
    public mutating func handled(_ id: Int, outcomes: [HandlingOutcome], now: Timestamp) { handled([(id, OneOrMany(outcomes))], now: now) }

    /// The same of many calls, in the order in which they ended.
    public mutating func handled(_ ended: [(id: Int, outcomes: OneOrMany<HandlingOutcome>)], now: Timestamp) {
        // Neighbours mostly are of one partition, which is taken up once for all of them.
        var (place, finished): (TopicPartition?, [FinishedCall]) = (nil, [])
        for index in ended.indices {
            guard let call = handlers.remove(ended[index].id) else { continue }
            handlers.ended(call, now: now)
            if call.place != place {
                if let place { partitions[place]?.finish(finished, now: now) }
                finished.removeAll(keepingCapacity: true)
                place = call.place
            }
            // In the order in which they ended, since the latest count.
            if !call.isOver, handlers.hasBreaker(call) { learn(ended[index].outcomes, of: call, now: now) }
            finished.append(FinishedCall(call: call.handed, outcomes: ended[index].outcomes, isOver: call.isOver))
            handlers.endProbe(call)
        }
        if let place { partitions[place]?.finish(finished, now: now) }
    }

    private mutating func learn(_ outcomes: OneOrMany<HandlingOutcome>, of call: Handlers.Call, now: Timestamp) {
        guard let notice = handlers.learn(outcomes, of: call, now: now) else { return }
        out.tell(notice)
        if case .breakerOpened = notice { withdrawCalls { $0.pool.handler == call.pool.handler } }
    }

    private mutating func endOverdueCalls(now: Timestamp) {
        for call in handlers.takeOverdue(now: now) {
            handlers.endEarly(call.handed.id)
            out.tell(.handlerOverdue(call.place, offset: call.handed.items.first?.record.offset ?? 0))
            out.ask(.cancel(call: call.handed.id))
            let failure = RetryFailure(type: "HandlerDeadlineExceeded", message: "the handler did not answer by its deadline")
            let outcomes = OneOrMany(call.handed.items.map { _ in HandlingOutcome.retry(failure, after: nil) })
            guard partitions[call.place]?.epoch == call.epoch else { continue }
            learn(outcomes, of: call, now: now)
            partitions[call.place]?.finish([FinishedCall(call: call.handed, outcomes: outcomes, keepsLanes: true)], now: now)
        }
    }

    /// Whether what this call comes to will still be heeded.
    public func isCurrent(_ call: HandlerCall) -> Bool {
        handlers.calls[call.id]?.isOver == false && partitions[call.place]?.epoch == call.epoch
    }

    /// What the handlers of a partition that leaves do is of no more use.
    mutating func cancelCalls(of place: TopicPartition) {
        for (id, call) in handlers.calls.elements where call.place == place && !call.isOver {
            handlers.endEarly(id)
            out.ask(.cancel(call: id))
        }
    }

    // MARK: - Time and room

    /// When handlers want something though nothing was told to the machine.
    func nextHandlerWake(now: Timestamp) -> Timestamp {
        guard !handlers.isEmpty else { return .distantFuture }
        var wake = min(handlers.nextDeadline, handlers.nextTakeBack)
        for revocation in revocations where !revocation.isLost {
            // One that is over waits for its transaction, which wakes the shell.
            let end = revocation.since.advanced(by: settings.revocationGrace)
            if end > now { wake = min(wake, end) }
        }
        guard !isStopping else { return wake }
        let limit = waitLimit
        for partition in partitions.values {
            guard let pool = partition.handling?.pool else { continue }
            let start = max(handlers.notBefore, partition.nextStart(limit: limit, mostRuns: mostRuns))
            if start < wake { wake = min(wake, handlers.wake(pool, start: start)) }
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
