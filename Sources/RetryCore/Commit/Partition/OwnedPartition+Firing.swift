extension OwnedPartition {
    /// Takes out what may go into the next batch, at most its `share`, and says what that counts against the memory bound.
    mutating func takeMoves(
        _ turn: SuspectTargets.Turn, _ targets: SuspectTargets, now: Timestamp, _ share: BatchLimit, limit: BatchLimit
    ) -> (moves: [Move], bytes: Int) {
        guard mayCommit else { return ([], 0) }
        let isLeaving = isRevoking
        let takesAll = !isLeaving && targets.isEmpty
        let ready = pending.takeReady(
            now: now, share, admitted: takesAll ? nil : { (!isLeaving || $0.isOutcome) && targets.admits($0, in: turn) })
        var (moves, size) = (ready.moves, ready.bytes)
        for index in moves.indices where moves[index].failures > 0 { moves[index] = plannedAnew(moves[index], now: now) }
        var taken = size
        guard !isLeaving else { return (moves, taken) }
        // What goes another time counts too: looking for what goes now does not take up all memory.
        var (looked, putBack) = (moves.count, 0)
        while putBack < Self.mostPutBack, looked < share.records, size < share.bytes, !isStuck(limit), let entry = popForNobody(now: now) {
            guard let move = move(for: entry, now: now), let target = move.output?.target else { continue }
            if let until = targets.wait(for: target, now: now) {
                putOff(entry, until: until)
                putBack += 1
                continue
            }
            looked += 1
            size += entry.size
            if targets.admits(target, in: turn) {
                moves.append(move)
                taken += entry.size
            } else {
                pending.append(move)
            }
        }
        return (moves, taken)
    }

    /// As much as is looked at in some 20 ms: the consumer has to be drained in between.
    private static let mostPutBack = 5_000

    /// What is on its way to a target that waits does so too, in nobody's way.
    mutating func putOff(_ targets: SuspectTargets, now: Timestamp, limit: BatchLimit) {
        func wait(_ move: Move) -> Timestamp? { targets.wait(for: move, now: now) }
        for move in pending.take(where: { wait($0) != nil }) { putBack(move, until: wait(move) ?? now) }
        for var move in suspects.take(where: { wait($0) != nil }) {
            let until = wait(move) ?? now
            if 2 * (suspects.count + 1) <= limit.records, 2 * (suspects.bytes + move.size) <= limit.bytes {
                move.notBefore = max(move.notBefore, until)
                suspects.append(move)
            } else {
                // What form the broker takes is found out once more.
                putBack(move, until: until)
            }
        }
    }

    /// Into the queue, where memory is bounded; what was to be cleaned is there already. What a handler decided is not asked again.
    private mutating func putBack(_ move: Move, until: Timestamp) {
        guard !move.isOutcome else {
            var move = move
            move.notBefore = max(move.notBefore, until)
            return pending.append(move)
        }
        guard move.kind == .cleaned else {
            return putOff(.init(offset: move.offset, due: move.due, payload: move.record, size: move.size), until: until)
        }
        cleaning.notBefore = max(cleaning.notBefore, until)
        if let due = cleaning.release(move.offset) {
            queue.insert(offset: move.offset, due: due, payload: move.record, size: move.size)
        }
    }

    /// Takes out one record that goes alone, because the broker refused it or a neighbour of it.
    mutating func takeSuspect(now: Timestamp, isStopping: Bool) -> Move? {
        let isOver = isStopping || isRevoking
        guard mayCommit, let index = suspects.moves.firstIndex(where: { $0.ready <= now && (!isOver || $0.isOutcome) }) else { return nil }
        let move = suspects.remove(at: index)
        return move.failures > 0 ? plannedAnew(move, now: now) : move
    }

    /// What was put off because its target was not to be had is planned anew: the target may have been made anew, with other partitions.
    private func plannedAnew(_ move: Move, now: Timestamp) -> Move {
        guard move.output != nil, move.kind != .cleaned else { return move }
        guard !move.isOutcome else { return retargeted(move) }
        var anew = move
        switch (move.stage, planner.hop(for: move.record, now: now)) {
        case (.refused, _): anew.output = planner.refused(move.record)
        case (_, .wait): break
        case (_, .republish) where handling != nil: break
        case (_, .republish(let output)): (anew.output, anew.kind) = (output, .republished)
        case (_, .deadLetter(let output, let reason)): (anew.output, anew.kind) = (output, .deadLettered(reason))
        }
        if move.stage == .stripped { anew.output = anew.output.map(planner.stripped) }
        return anew
    }

    /// What a handler decided stays as it is; only our own topics may have other partitions by now.
    private func retargeted(_ move: Move) -> Move {
        var anew = move
        switch move.kind {
        case .retried: anew.output?.target = planner.retryPlace(of: move.record)
        case .deadLettered: anew.output?.target = planner.deadLetterPlace(of: move.record)
        case .handled, .republished, .cleaned: break
        }
        return anew
    }

    /// Takes out what is to be saved though nothing is fired any more: what was written already, and what handlers decided.
    mutating func takeOwed(_ turn: SuspectTargets.Turn, _ targets: SuspectTargets, now: Timestamp) -> [Move] {
        guard mayCommit else { return [] }
        func isTaken(_ move: Move) -> Bool { isOwed(move, isStopping: true) && move.ready <= now && targets.admits(move, in: turn) }
        let owed = pending.moves.filter(isTaken)
        pending = MoveList(pending.moves.filter { !isTaken($0) })
        return owed
    }

    /// Whether an outcome has to be committed before the member stops or the partition leaves.
    private func isOwed(_ move: Move, isStopping: Bool) -> Bool { isRevoking || !isStopping ? move.isOutcome : move.isOwed }

    /// Whether outcomes wait that have to be committed before the member stops or the partition leaves.
    func owesOutcomes(isStopping: Bool) -> Bool {
        pending.moves.contains { isOwed($0, isStopping: isStopping) } || suspects.moves.contains(where: \.isOutcome)
    }

    /// When the next of these may go.
    func nextOwed(isStopping: Bool) -> Timestamp {
        let next = pending.moves.reduce(.distantFuture) { isOwed($1, isStopping: isStopping) ? min($0, $1.ready) : $0 }
        return suspects.moves.reduce(next) { $1.isOutcome ? min($0, $1.ready) : $0 }
    }

    /// The next record that is due and for which no handler is called: all of a relay's, else those that are dead letters at once.
    private mutating func popForNobody(now: Timestamp) -> DelayQueue<KafkaRecord>.Entry? {
        handling == nil || hasDeadLetters ? popDue(now: now) : nil
    }

    /// Whether records wait in a partition whose records are handled here that are dead letters whatever the time is.
    private var hasDeadLetters: Bool { !isSource && queue.next?.due == .distantPast }

    /// When something may go for which no handler is called.
    func nextForNobody() -> Timestamp {
        guard handling != nil else { return queue.nextDue ?? .distantFuture }
        return hasDeadLetters ? .distantPast : .distantFuture
    }

    /// The next record that is due, unless it was done or claimed some other way meanwhile.
    mutating func popDue(now: Timestamp) -> DelayQueue<KafkaRecord>.Entry? {
        while let entry = queue.popDue(now: now) {
            if progress.isDone(entry.offset) { continue }
            guard cleaning.claims(entry.offset) else { return entry }
            cleaning.overtake(entry.offset, due: entry.due)
        }
        return nil
    }

    mutating func move(for entry: DelayQueue<KafkaRecord>.Entry, now: Timestamp) -> Move? {
        switch planner.hop(for: entry.payload, now: now) {
        case .republish where handling != nil:
            // It was out of range when it came.
            queue.insert(offset: entry.offset, due: .leastDue, payload: entry.payload, size: entry.size)
            return nil
        case .republish(let output):
            return Move(offset: entry.offset, due: entry.due, record: entry.payload, output: output, kind: .republished)
        case .deadLetter(let output, let reason):
            return Move(offset: entry.offset, due: entry.due, record: entry.payload, output: output, kind: .deadLettered(reason))
        case .wait(let due):
            queue.insert(offset: entry.offset, due: due, payload: entry.payload, size: entry.size)
            return nil
        }
    }

    // MARK: - What became of it

    /// Its part of a batch has been committed.
    mutating func apply(_ part: HopBatch.Part, _ out: inout Outbox) {
        var dead: [DeadLetterReason: (first: Int64, count: Int)] = [:]
        // By index: a loop over the moves would copy each.
        for index in part.moves.indices {
            let offset = part.moves[index].offset
            switch part.moves[index].kind {
            case .republished: out.account.republished += 1
            case .handled:
                out.account.handled += 1
                out.handled?[place, default: []].append(offset)
            case .retried: out.account.retried += 1
            case .deadLettered(let reason):
                out.account.deadLettered += 1
                dead[reason, default: (offset, 0)].count += 1
            case .cleaned:
                out.account.cleaned += 1
                _ = cleaning.release(offset)
                if let new = part.moves[index].newOffset, new >= progress.position { cleaning.unread.insert(new) }
            }
        }
        for (reason, letters) in dead.sorted(by: { $0.value.first < $1.value.first }) {
            out.tell(.deadLettered(place, first: letters.first, count: letters.count, reason: reason))
        }
        progress.commit(part.candidate, markerOffset: part.markerOffset)
        saved = part.commit
        if part.candidate.marker != nil, let offset = part.markerOffset {
            out.account.markers += 1
            out.tell(.markerWritten(place, offset: offset))
        }
        if phase == .announcing { phase = .firing }
    }

    /// Outcomes of a batch that was aborted go into the next one, in the order of the batches that they were in.
    mutating func requeue(_ moves: [Move], of batch: Int) {
        // What is to be tried alone stays so until that has been answered.
        pending.insert(moves.filter { $0.stage == .whole || $0.output == nil }, of: batch)
        for move in moves where move.stage != .whole && move.output != nil { suspects.append(move) }
    }

    /// Sorts out a part whose batch did not get through: what is this record's own fault, its target's, or nobody's. Answers what was
    /// written for good, which is asked for where nothing can be aborted.
    mutating func giveBack(
        _ part: HopBatch.Part, _ report: ProduceReport, of batch: Int, keepingWritten: Bool, now: Timestamp, _ out: inout Outbox
    ) -> [Move] {
        var (again, written): ([Move], [Move]) = ([], [])
        var unavailable: [String: (reason: String, count: Int)] = [:]
        for (move, index) in zip(part.moves, part.recordIndices) {
            let indices = move.indices(from: index)
            if let index = indices.first(where: { report.refused[$0] != nil }) {
                refuse(move, target: move.target(at: index - indices.lowerBound), reason: report.refused[index] ?? "", &out)
            } else if let index = indices.first(where: { report.unavailable[$0] != nil }) {
                unavailable[move.target(at: index - indices.lowerBound), default: (report.unavailable[index] ?? "", 0)].count += 1
                postpone(move, now: now)
            } else if indices.contains(where: { report.failed[$0] != nil || report.purged[$0] != nil }) {
                again.append(move)
            } else if keepingWritten, report.failure == nil || index == nil {
                var done = move
                (done.output, done.further) = (nil, [])
                written.append(done)
            } else {
                again.append(move)
            }
        }
        for (target, trouble) in unavailable.sorted(by: { $0.key < $1.key }) {
            out.tell(.unavailable(target, count: trouble.count, reason: trouble.reason))
        }
        requeue(again, of: batch)
        return written
    }

    /// The broker would not take this record, or one beside it.
    mutating func refuse(_ move: Move, target: String, reason: String, _ out: inout Outbox) {
        var move = move
        guard move.stage != .whole else {
            move.stage = .alone
            return suspects.append(move)
        }
        out.tell(.refused(place, offset: move.offset, target: target, reason: reason))
        if move.kind == .cleaned {
            // It stays where it is, and goes by itself when it is due.
            if let due = cleaning.refuse(move.offset) {
                queue.insert(offset: move.offset, due: due, payload: move.record, size: move.size)
            }
            return
        }
        switch move.stage {
        case .alone where move.kind == .handled:
            // What a handler wrote is not ours to change: its record is given up, and says so.
            move.stage = .refused
            move.kind = .deadLettered(.refused)
            move.output = planner.refused(move.record)
            move.further = []
        case .alone:
            move.stage = .stripped
            move.output = move.output.map(planner.stripped)
        case .stripped:
            move.stage = .refused
            move.kind = .deadLettered(.refused)
            move.output = planner.refused(move.record)
        case .whole, .refused:
            held[move.offset] = move.due
            out.tell(.held(place, offset: move.offset, reason: reason))
            return
        }
        suspects.append(move)
    }

    private static let mostTriesOfHandlers = 9

    /// Its target is not to be had just now: it waits a little, longer each time.
    mutating func postpone(_ move: Move, now: Timestamp) {
        var move = move
        move.failures += 1
        move.notBefore = now.advanced(by: Move.pause(failurePause, after: move.failures))
        // It stays where it is, and goes by itself if it is due before its own partition can be written to again.
        guard move.kind != .cleaned else { return putBack(move, until: move.notBefore) }
        if move.kind == .handled, move.failures > Self.mostTriesOfHandlers {
            // What a handler wants written to may be misspelt: after a minute or so its record is given up, and says so.
            (move.stage, move.kind, move.further) = (.refused, .deadLettered(.refused), [])
            (move.output, move.failures, move.notBefore) = (planner.refused(move.record), 0, .distantPast)
        }
        if move.stage == .whole { pending.append(move) } else { suspects.append(move) }
    }
}
