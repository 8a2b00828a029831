extension OwnedPartition {
    /// Its saved progress was read. What is known of it stays if nobody else has been at it, else all is read again.
    mutating func restore(from point: RestorePoint, now: Timestamp, _ out: inout Outbox) {
        guard phase == .restoring else { return }
        resolve(point, now: now, &out)
        logStart = point.logStart
        if let saved, saved == point.saved(place), progress.position <= point.logEnd,
            has(progress.done, progress.marker, until: point.logEnd)
        {
            goOn(point, &out)
        } else {
            start(point, &out)
        }
        if !isSource { found = nextRead..<max(nextRead, point.logEnd) }
    }

    /// Learns what became of a transaction whose outcome was unknown, from what is committed now.
    private mutating func resolve(_ point: RestorePoint, now: Timestamp, _ out: inout Outbox) {
        guard let part = unresolved else { return }
        unresolved = nil
        if let commit = part.commit, commit == point.saved(place) {
            apply(part, &out)
        } else {
            _ = giveBack(part, part.report, of: part.batch, keepingWritten: false, now: now, &out)
        }
    }

    private mutating func goOn(_ point: RestorePoint, _ out: inout Outbox) {
        let position = progress.position
        if position < point.logStart { countLost(from: position, below: point.logStart, &out) }
        progress.skip(to: point.logStart)
        announce(marker: false, kept: true, &out)
        if isOutOfRange { seek(&out) }
    }

    private mutating func start(_ point: RestorePoint, _ out: inout Outbox) {
        let waited = waiting
        let committed = point.committed ?? point.logStart
        // With a topic go the offsets that were committed for it.
        let isForgotten = saved != nil && point.committed == nil
        reset()
        guard !isForgotten, committed <= point.logEnd else { return startAnew(at: point.logStart, waited: waited, &out) }
        saved = point.saved(place)
        if saved != nil { cleaning.countsFrom = point.logEnd }
        var named: MarkerReference?
        switch FoundProgress(metadata: point.metadata, lowWater: committed) {
        case .foreign:
            progress = Progress(lowWater: committed)
        case .newer(let version):
            return out.tell(.newerProgress(place, version: version))
        case .saved(let found):
            // A marker below the low-water mark holds nothing that is not below it too.
            named = found.marker.flatMap { $0.offset >= committed ? $0 : nil }
            let done = found.runs(above: committed) ?? OffsetRuns()
            guard has(done, named, until: point.logEnd) else { return startAnew(at: point.logStart, waited: waited, &out) }
            progress = Progress(lowWater: committed, unsaved: done, marker: named)
        }
        if let named, named.offset >= point.logStart {
            phase = .catchingUp(named)
            readFrom = max(committed, point.logStart)
        } else {
            announce(marker: false, kept: false, &out)
        }
        if progress.lowWater < point.logStart { countLost(from: progress.lowWater, below: point.logStart, &out) }
        if isConsumed { seek(&out) }
    }

    /// Whether a log of that length may be the one in which this was done: it was read once, so that the log has it if it is the same. One that
    /// is shorter was made anew, though the same offset is committed for it.
    private func has(_ done: OffsetRuns, _ marker: MarkerReference?, until logEnd: Int64) -> Bool {
        (marker?.offset ?? -1) < logEnd && (done.last ?? -1) < logEnd
    }

    /// The topic was made anew: nothing of what was known belongs to this log.
    mutating func startAnew(at logStart: Int64, waited: Int64, _ out: inout Outbox) {
        reset()
        progress = Progress(lowWater: logStart)
        phase = .announcing
        out.account.lost += waited
        out.tell(.topicRecreated(place, waiting: waited))
        if isConsumed { seek(&out) }
    }

    /// What is done is known. Nothing fires before the saved progress names this member as the owner.
    mutating func announce(marker: Bool, kept: Bool, _ out: inout Outbox) {
        phase = .announcing
        if let saved, case .saved(let found) = FoundProgress(metadata: saved.metadata, lowWater: saved.offset),
            found.owner == SavedProgress.printable(owner)
        {
            phase = .firing
        }
        out.tell(.restored(place, lowWater: progress.lowWater, done: progress.done.count, marker: marker, kept: kept))
    }

    private mutating func reset() {
        var fresh = OwnedPartition(
            place, planner: planner, handling: handling?.empty, group: group, owner: owner, cleaning: cleaning.settings,
            failurePause: failurePause, epoch: epoch)
        fresh.epoch.incarnation += 1
        fresh.isConsumed = isConsumed
        fresh.isRevoking = isRevoking
        fresh.isPaused = isPaused
        fresh.logStart = logStart
        self = fresh
    }

    private mutating func countLost(from: Int64, below logStart: Int64, _ out: inout Outbox) {
        let holes = progress.done.holes(in: from..<logStart, limit: .max)
        let lost = holes.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
        progress.complete(holes)
        out.account.lost += lost
        out.tell(.lost(place, count: lost, from: from, to: logStart))
    }

    private mutating func seek(_ out: inout Outbox) {
        isSeeking = true
        isOutOfRange = false
        out.ask(.seek(place, offset: nextRead))
    }
}
