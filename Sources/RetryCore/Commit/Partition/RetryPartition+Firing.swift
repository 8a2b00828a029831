extension RetryPartition {
    /// Takes out what may go into the next batch, at most its `share`.
    mutating func takeMoves(now: Timestamp, _ share: BatchLimit, limit: BatchLimit) -> [Move] {
        guard mayFire else { return [] }
        let ready = pending.takeReady(now: now, share)
        var (moves, size) = (ready.moves.map { $0.failures > 0 ? plannedAnew($0, now: now) : $0 }, ready.bytes)
        guard !isStuck(limit) else { return moves }
        while moves.count < share.records, size < share.bytes, let entry = popDue(now: now) {
            guard let move = move(for: entry, now: now) else { continue }
            moves.append(move)
            size += entry.size
        }
        return moves
    }

    /// Takes out one record that goes alone, because the broker refused it or a neighbour of it.
    mutating func takeSuspect(now: Timestamp) -> Move? {
        guard mayFire, let index = suspects.moves.firstIndex(where: { $0.ready <= now }) else { return nil }
        let move = suspects.remove(at: index)
        return move.failures > 0 ? plannedAnew(move, now: now) : move
    }

    /// What was put off because its target was not to be had is planned anew: the target may have been made anew, with other partitions.
    private func plannedAnew(_ move: Move, now: Timestamp) -> Move {
        guard move.output != nil, move.kind != .cleaned else { return move }
        var anew = move
        switch (move.stage, planner.hop(for: move.record, now: now)) {
        case (.refused, _): anew.output = planner.refused(move.record)
        case (_, .wait): break
        case (_, .republish(let output)): (anew.output, anew.kind) = (output, .republished)
        case (_, .deadLetter(let output, let reason)): (anew.output, anew.kind) = (output, .deadLettered(reason))
        }
        if move.stage == .stripped { anew.output = anew.output.map(planner.stripped) }
        return anew
    }

    /// Takes out what was written already and whose progress is still to be saved.
    mutating func takeWritten() -> [Move] {
        guard mayFire else { return [] }
        let (written, left) = (pending.moves.filter { $0.output == nil }, pending.moves.filter { $0.output != nil })
        pending = MoveList(left)
        return written
    }

    /// The next record that is due, unless it was done or claimed some other way meanwhile.
    private mutating func popDue(now: Timestamp) -> DelayQueue<KafkaRecord>.Entry? {
        while let entry = queue.popDue(now: now) {
            if progress.isDone(entry.offset) { continue }
            guard cleaning.claims(entry.offset) else { return entry }
            cleaning.overtake(entry.offset, due: entry.due)
        }
        return nil
    }

    private mutating func move(for entry: DelayQueue<KafkaRecord>.Entry, now: Timestamp) -> Move? {
        switch planner.hop(for: entry.payload, now: now) {
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
        for move in part.moves {
            switch move.kind {
            case .republished: out.account.republished += 1
            case .deadLettered(let reason):
                out.account.deadLettered += 1
                dead[reason, default: (move.offset, 0)].count += 1
            case .cleaned:
                out.account.cleaned += 1
                _ = cleaning.release(move.offset)
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

    /// Outcomes of a batch that was aborted go into the next one.
    mutating func requeue(_ moves: [Move]) {
        // What is to be tried alone stays so until that has been answered.
        pending.prepend(moves.filter { $0.stage == .whole || $0.output == nil })
        for move in moves where move.stage != .whole && move.output != nil { suspects.append(move) }
    }

    /// Sorts out a part whose batch did not get through: what is this record's own fault, its target's, or nobody's. Answers what was
    /// written for good, which is asked for where nothing can be aborted.
    mutating func giveBack(
        _ part: HopBatch.Part, _ report: ProduceReport, keepingWritten: Bool, now: Timestamp, _ out: inout Outbox
    ) -> [Move] {
        var (again, written): ([Move], [Move]) = ([], [])
        var unavailable: [String: (reason: String, count: Int)] = [:]
        for (move, index) in zip(part.moves, part.recordIndices) {
            if let index, let reason = report.refused[index] {
                refuse(move, target: move.output?.target.topic ?? "", reason: reason, &out)
            } else if let index, let reason = report.unavailable[index] {
                unavailable[move.output?.target.topic ?? "", default: (reason, 0)].count += 1
                postpone(move, now: now)
            } else if let index, report.failed[index] != nil {
                again.append(move)
            } else if keepingWritten, report.failure == nil || index == nil {
                var done = move
                done.output = nil
                written.append(done)
            } else {
                again.append(move)
            }
        }
        for (target, trouble) in unavailable.sorted(by: { $0.key < $1.key }) {
            out.tell(.unavailable(target, count: trouble.count, reason: trouble.reason))
        }
        requeue(again)
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

    /// Its target is not to be had just now: it waits a little, longer each time.
    mutating func postpone(_ move: Move, now: Timestamp) {
        var move = move
        move.failures += 1
        move.notBefore = now.advanced(by: .milliseconds(100 << min(move.failures, 8)))
        if move.stage == .whole { pending.append(move) } else { suspects.append(move) }
    }
}
