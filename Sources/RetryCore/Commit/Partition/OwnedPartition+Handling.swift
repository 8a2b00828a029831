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
            var items: [HandlerCall.Item] = []
            while items.count < most, !isStuck(limit),
                let entry = nextEntry(id, after: items.last?.record.offset, now: now, mostRuns: mostRuns)
            {
                items.append(item(entry))
            }
            guard !items.isEmpty else { break }
            calls.append(
                HandlerCall(id: id, sourceTopic: topic, place: place, items: items, timeLimit: settings.deadline, epoch: epoch))
        }
        return calls
    }

    private func item(_ entry: PartitionHandling.Entry) -> HandlerCall.Item {
        let retry = planner.retry(of: entry.payload, isRetryTopic: !isSource)
        return .init(
            record: entry.payload, retry: retry, isLast: planner.isLast(retry: retry, of: entry.payload),
            due: isSource || entry.due == .leastDue ? nil : entry.due)
    }

    /// When a call could start if there were a slot.
    func nextStart(limit: BatchLimit, mostRuns: Int) -> Timestamp {
        guard let handling, mayFire, !isStuck(limit) else { return .distantFuture }
        if let offset = handling.nextLetGo(call: 0) { return fits(offset, mostRuns) ? .distantPast : .distantFuture }
        guard !handling.isBlocked, let next = queue.next, fits(next.offset, mostRuns) else { return .distantFuture }
        return next.due
    }

    /// Each record of a source that is done before its neighbours takes room in the metadata, and there is no other place for it. The one
    /// that all others wait for frees room, and one that follows the `last` of its call shares its room.
    private func fits(_ offset: Int64, after last: Int64? = nil, _ mostRuns: Int) -> Bool {
        guard isSource, let handling else { return true }
        return offset <= progress.lowWater || offset - 1 == last
            || progress.unsaved.runCount + handling.runningCount + pending.count + suspects.count < mostRuns
    }

    /// The next record to handle, by `call`, whose `last` one so far is told. Only the first record of a call may find all lanes taken.
    private mutating func nextEntry(_ call: Int, after last: Int64?, now: Timestamp, mostRuns: Int) -> PartitionHandling.Entry? {
        if let offset = handling?.nextLetGo(call: call) {
            return fits(offset, after: last, mostRuns) ? handling?.takeLetGo(call: call) : nil
        }
        while handling?.isBlocked == false || last != nil, let next = queue.next, fits(next.offset, after: last, mostRuns),
            let entry = popDue(now: now)
        {
            if !isSource, let move = withoutHandler(entry, now: now) {
                if let move { pending.append(move) }
                continue
            }
            if handling?.admit(entry, call: call) == true { return entry }
            if handling?.isBlocked == true { return nil }
        }
        return nil
    }

    /// What becomes of a record on a retry topic for which no handler is called; `nil` if one is, `.some(nil)` if it waits on.
    private mutating func withoutHandler(_ entry: PartitionHandling.Entry, now: Timestamp) -> Move?? {
        let fate = entry.payload.scanHeaders { planner.fate(of: entry.payload, $0, now: now) }
        if case .retry(_, let due) = fate, due <= now { return nil }
        return .some(move(for: entry, now: now))
    }

    /// A call never began: its records may start again, before what came after them.
    mutating func putBack(_ call: HandlerCall) {
        for item in call.items.reversed() {
            guard let entry = handling?.putBack(item.record.offset, call: call.id) else { continue }
            queue.insert(offset: entry.offset, due: entry.due, payload: entry.payload, size: entry.size, isKept: true)
        }
    }

    // MARK: - Ending

    /// Handlers have ended, or were overdue.
    mutating func finish(_ calls: [FinishedCall], now: Timestamp) {
        for finished in calls {
            for (index, item) in finished.call.items.enumerated() {
                let outcome = index < finished.outcomes.count ? finished.outcomes[index] : FinishedCall.missing
                finish(item.record.offset, outcome, call: finished.call.id, keepsLane: finished.keepsLanes, now: now)
            }
        }
    }

    /// What its outcome writes and completes goes into the next batch.
    private mutating func finish(_ offset: Int64, _ outcome: HandlingOutcome, call: Int, keepsLane: Bool, now: Timestamp) {
        guard let entry = handling?.finish(offset, call: call, keepsLane: keepsLane), !progress.isDone(offset) else { return }
        var move = Move(offset: offset, due: entry.due, record: entry.payload, output: nil, kind: .handled)
        move.isOutcome = true
        switch outcome {
        case .done(let writing):
            move.output = writing.first
            move.further = Array(writing.dropFirst())
        case .retry(let failure, let delay):
            switch planner.hop(for: entry.payload, isRetryTopic: !isSource, after: failure, delay: delay, now: now) {
            case .retry(let output): (move.output, move.kind) = (output, .retried)
            case .deadLetter(let output, let reason): (move.output, move.kind) = (output, .deadLettered(reason))
            }
        case .deadLetter(let failure, let reason):
            move.output = planner.deadLetter(for: entry.payload, isRetryTopic: !isSource, after: failure, reason, now: now)
            move.kind = .deadLettered(reason)
        }
        pending.append(move)
    }
}
