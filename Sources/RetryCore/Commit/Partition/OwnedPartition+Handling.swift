extension OwnedPartition {
    /// Whether it is a source topic's: its records are due at once, are never dropped, and no marker is written into it.
    var isSource: Bool { handling?.isSource ?? false }

    /// Whether handlers of its records run.
    var isHandling: Bool { handling.map { $0.runningCount > 0 } ?? false }

    /// How many records wait for a handler.
    var backlog: Int { queue.count + (handling?.waitingCount ?? 0) }

    /// Outcomes that would be lost if it left now.
    var outcomeCount: Int {
        (handling?.runningCount ?? 0) + pending.moves.count { $0.isOutcome } + suspects.moves.count { $0.isOutcome }
    }

    // MARK: - Starting

    /// The next calls, at most `count`, that may start; what needs no handler, such as a record without retries left, goes on its way
    /// meanwhile.
    mutating func nextCalls(
        _ count: Int, first id: Int, now: Timestamp, limit: BatchLimit, mostRuns: Int, mostItems: Int
    ) -> [HandlerCall] {
        guard mayFire, let settings = handling?.settings else { return [] }
        let (topic, most) = (planner.settings.sourceTopic, min(mostItems, max(1, settings.batchSize)))
        var calls: [HandlerCall] = []
        while calls.count < count {
            let id = id + calls.count
            guard let (items, lanes) = nextItems(of: id, most, now: now, limit: limit, mostRuns: mostRuns) else { break }
            let call = HandlerCall(
                id: id, sourceTopic: topic, place: place, items: items, lanes: lanes, timeLimit: settings.deadline, epoch: epoch)
            handling?.start(call)
            calls.append(call)
        }
        return calls
    }

    /// The records of the next call, and the lanes that it holds for them.
    private mutating func nextItems(
        of call: Int, _ most: Int, now: Timestamp, limit: BatchLimit, mostRuns: Int
    ) -> (items: OneOrMany<HandlerCall.Item>, lanes: OneOrMany<PartitionHandling.Lane?>)? {
        func next(after last: Int64?) -> (item: HandlerCall.Item, lane: PartitionHandling.Lane?)? {
            isStuck(limit) ? nil : nextItem(call, after: last, now: now, mostRuns: mostRuns)
        }
        guard let first = next(after: nil) else { return nil }
        guard most > 1 else { return (.one(first.item), .one(first.lane)) }
        var (items, lanes) = ([first.item], [first.lane])
        while items.count < most, let next = next(after: items.last?.record.offset) {
            items.append(next.item)
            lanes.append(next.lane)
        }
        return (OneOrMany(items), OneOrMany(lanes))
    }

    /// When a call could start if there were a slot.
    func nextStart(limit: BatchLimit, mostRuns: Int) -> Timestamp {
        guard let handling, mayFire, !isStuck(limit) else { return .distantFuture }
        if let offset = handling.nextLetGo(call: 0) { return fits(offset, mostRuns) ? .distantPast : .distantFuture }
        guard !handling.isBlocked, let next = queue.next, fits(next.offset, mostRuns) else { return .distantFuture }
        return next.due
    }

    /// Each record of a source that is done before its neighbours takes room in the metadata, and there is no other place for it. The one
    /// that all others wait for frees room, and one that follows the `last` of its call shares its room. Outcomes that wait count one each,
    /// though they may stand in a row: whichever of them cannot be written for a while makes a hole of its own.
    private func fits(_ offset: Int64, after last: Int64? = nil, _ mostRuns: Int) -> Bool {
        guard isSource, offset > progress.lowWater, offset - 1 != last else { return true }
        return progress.unsaved.runCount + (handling?.runningCount ?? 0) + pending.count + suspects.count < mostRuns
    }

    /// The next record to handle, by `call`, whose `last` one so far is told. Only the first record of a call may find all lanes taken.
    private mutating func nextItem(
        _ call: Int, after last: Int64?, now: Timestamp, mostRuns: Int
    ) -> (item: HandlerCall.Item, lane: PartitionHandling.Lane?)? {
        if let offset = handling?.nextLetGo(call: call) {
            guard fits(offset, after: last, mostRuns), let taken = handling?.takeLetGo(call: call) else { return nil }
            return (planner.item(taken.entry, retry: planner.retry(of: taken.entry.payload, isRetryTopic: false)), taken.lane)
        }
        while handling?.isBlocked == false || last != nil, let next = queue.next, fits(next.offset, after: last, mostRuns),
            let entry = popDue(now: now)
        {
            guard let retry = planner.retry(handled: entry.payload, isRetryTopic: !isSource, now: now) else {
                if let move = move(for: entry, now: now) { pending.append(move) }
                continue
            }
            if let taken = handling?.admit(entry, call: call) { return (planner.item(entry, retry: retry), taken.lane) }
            if handling?.isBlocked == true { return nil }
        }
        return nil
    }

    /// A call never began: its records may start again, before what came after them.
    mutating func putBack(_ call: HandlerCall) {
        for entry in handling?.putBack(call) ?? [] {
            queue.insert(offset: entry.offset, due: entry.due, payload: entry.payload, size: entry.size, isKept: true)
        }
    }

    // MARK: - Ending

    /// Handlers have ended, or were overdue: what their outcomes write and complete goes into the next batch.
    mutating func finish(_ calls: [FinishedCall], now: Timestamp) {
        for index in calls.indices where calls[index].call.epoch == epoch { finish(calls[index], now: now) }
    }

    private mutating func finish(_ finished: FinishedCall, now: Timestamp) {
        let call = finished.call
        guard !finished.isOver else {
            handling?.releaseLanes(of: call.id)
            return
        }
        guard handling?.finish(call, keepsLanes: finished.keepsLanes) == true else { return }
        for index in call.items.indices where !progress.isDone(call.items[index].record.offset) {
            finish(call.items[index], index < finished.outcomes.count ? finished.outcomes[index] : FinishedCall.missing, now: now)
        }
    }

    private mutating func finish(_ item: HandlerCall.Item, _ outcome: HandlingOutcome, now: Timestamp) {
        let record = item.record
        var move = Move(offset: record.offset, due: item.queuedUntil, record: record, output: nil, kind: .handled)
        move.isOutcome = true
        switch outcome {
        case .done(let writing):
            move.output = writing.first
            move.further = Array(writing.dropFirst())
        case .retry(let failure, let delay):
            switch planner.hop(for: record, isRetryTopic: !isSource, after: failure, delay: delay, now: now) {
            case .retry(let output): (move.output, move.kind) = (output, .retried)
            case .deadLetter(let output, let reason): (move.output, move.kind) = (output, .deadLettered(reason))
            }
        case .deadLetter(let failure, let reason):
            move.output = planner.deadLetter(for: record, isRetryTopic: !isSource, after: failure, reason, now: now)
            move.kind = .deadLettered(reason)
        }
        pending.append(move)
    }
}

extension HopPlanner {
    /// A record as a call has it, whose handling is its n-th retry.
    fileprivate func item(_ entry: PartitionHandling.Entry, retry: Int64) -> HandlerCall.Item {
        HandlerCall.Item(record: entry.payload, retry: retry, isLast: isLast(retry: retry, of: entry.payload), queuedUntil: entry.due)
    }
}
