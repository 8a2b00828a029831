extension HopMachine {
    /// Closes a batch and begins its transaction, if there is reason for one.
    mutating func beginTransaction(now: Timestamp) {
        guard nextBatch <= now else { return }
        if case .idle = transaction {
            guard let batch = closeBatch(now: now) else { return }
            transaction = .producing(batch)
            begin(batch, now: now)
        } else if mayGoAhead, let batch = closeBatchAhead(now: now) {
            ahead = (batch, nil)
            begin(batch, now: now)
        }
    }

    private mutating func begin(_ batch: HopBatch, now: Timestamp) {
        lastBatch = batch.number
        for place in batch.parts.keys { lastSave[place] = now }
        if !isMoreDue(now: now) { spacedUntil = now.advanced(by: settings.batchSpacing) }
        out.ask(.produce(batch))
    }

    /// When the next batch may begin. Nothing that somebody waits for is kept back.
    var nextBatch: Timestamp {
        let isAwaited = isStopping || !revocations.isEmpty || !suspectTargets.isEmpty || lastWasAlone
        return isAwaited ? notBefore : max(notBefore, spacedUntil)
    }

    /// Whether more is due than a batch took.
    private func isMoreDue(now: Timestamp) -> Bool { partitions.values.contains { $0.mayFire && $0.nextFiring(limit: waitLimit) <= now } }

    /// Whether the next batch may be written already: all records of the one before stand in the log, and nothing is in trouble.
    var mayGoAhead: Bool {
        guard settings.overlapsBatches, settings.delivery == .exactlyOnce, ahead == nil, !isStopping else { return false }
        switch transaction {
        case .sendingOffsets, .committing: break
        case .idle, .producing, .aborting, .recovering: return false
        }
        return failures == 0 && suspectTargets.isEmpty && !partitions.values.contains { !$0.suspects.isEmpty }
    }

    /// Whether a batch that has not ended holds the partition.
    func isInBatch(_ place: TopicPartition) -> Bool { transaction.batch?.parts[place] != nil || ahead?.batch.parts[place] != nil }

    /// What the batches that have not ended do to it.
    func movesUnderWay(of place: TopicPartition) -> [Move] {
        (transaction.batch?.parts[place]?.moves ?? []) + (ahead?.batch.parts[place]?.moves ?? [])
    }

    /// What is due, as if the batch that is being committed were.
    private mutating func closeBatchAhead(now: Timestamp) -> HopBatch? {
        let parts = parts(of: takeTurn(now: now), after: transaction.batch)
        return parts.isEmpty ? nil : HopBatch(number: lastBatch + 1, parts: parts)
    }

    private mutating func closeBatch(now: Timestamp) -> HopBatch? {
        if !suspectTargets.isEmpty {
            suspectTargets.forgetOld(now: now)
            let limit = waitLimit
            for place in places { partitions[place]?.putOff(suspectTargets, now: now, limit: limit) }
        }
        var moves = isStopping ? takeOwed(now: now) : takeMoves(now: now)
        for (place, partition) in partitions where moves[place] == nil && isWorthSaving(partition, now: now) { moves[place] = [] }
        guard !moves.isEmpty else { return nil }
        let parts = parts(of: moves)
        guard !parts.isEmpty else {
            // Nothing fits the metadata: there is nothing to do before something below it ends, or a marker can be written.
            rest(now: now, afterRefusal: false)
            return nil
        }
        return HopBatch(number: lastBatch + 1, parts: parts)
    }

    private mutating func parts(of moves: [TopicPartition: [Move]], after earlier: HopBatch? = nil) -> [TopicPartition: HopBatch.Part] {
        var parts: [TopicPartition: HopBatch.Part] = [:]
        for (place, moves) in moves.sorted(by: { $0.key < $1.key }) { parts[place] = part(of: place, moves, after: earlier?.parts[place]) }
        return parts
    }

    /// What a batch that completes `moves` means for a partition's progress, once its part of an `earlier` one has been committed.
    mutating func part(of place: TopicPartition, _ moves: [Move], after earlier: HopBatch.Part? = nil) -> HopBatch.Part? {
        guard var partition = partitions[place] else { return nil }
        if let earlier { partition.progress.commit(earlier.candidate, markerOffset: earlier.markerOffset) }
        let candidate = candidate(of: partition, completing: moves)
        guard candidate.marker != nil, partition.isSource || suspectTargets.wait(for: place, now: lastAsked) != nil else {
            return HopBatch.Part(epoch: partition.epoch, moves: moves, candidate: candidate)
        }
        return partWithoutMarker(of: partition, moves)
    }

    private mutating func candidate(of partition: OwnedPartition, completing moves: [Move]) -> Progress.Candidate {
        // What the broker took once it takes again: a source has no other place for what is done. A new owner, who only puts its name to that,
        // may have a longer one.
        let name = moves.isEmpty ? settings.owner.utf8.count : 0
        let taken = partition.isSource ? name + (partition.saved?.metadata.utf8.count ?? 0) : 0
        return partition.progress.candidate(
            completing: moves.map(\.offset).sorted(), owner: settings.owner, group: settings.group, partition: partition.place.partition,
            capacity: max(metadataCapacity, taken), markerID: { markerIDs.next() })
    }

    /// No marker is written into a source topic, nor, for a while, into a retry partition that does not take one: as many of the lowest offsets
    /// as fit the metadata go, and the others wait for what is below them.
    private mutating func partWithoutMarker(of partition: OwnedPartition, _ moves: [Move]) -> HopBatch.Part? {
        let sorted = moves.sorted { $0.offset < $1.offset }
        var (fitting, tooMany) = (0, sorted.count)
        var best: Progress.Candidate?
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            let candidate = candidate(of: partition, completing: Array(sorted[..<middle]))
            if candidate.marker == nil { (fitting, best) = (middle, candidate) } else { tooMany = middle }
        }
        partitions[partition.place]?.requeue(Array(sorted[fitting...]), of: lastBatch + 1)
        return best.map { HopBatch.Part(epoch: partition.epoch, moves: Array(sorted[..<fitting]), candidate: $0) }
    }

    /// A partition that came is announced, alone; one that moved on is saved every now and then.
    private func isWorthSaving(_ partition: OwnedPartition, now: Timestamp) -> Bool {
        guard !partition.isRevoking, !partition.isSeeking else { return false }
        switch partition.phase {
        case .restoring, .catchingUp: return false
        case .announcing: return true
        case .firing: return partition.isUnsaved && (isStopping || nextSave(of: partition.place) <= now)
        }
    }

    /// What is due in all partitions, each with its share; or one record alone, in turns with the others.
    private mutating func takeMoves(now: Timestamp) -> [TopicPartition: [Move]] {
        if !lastWasAlone, let alone = takeSuspect(now: now) { return alone }
        let moves = takeTurn(now: now)
        lastWasAlone = false
        return moves.isEmpty ? takeSuspect(now: now) ?? [:] : moves
    }

    private mutating func takeOwed(now: Timestamp) -> [TopicPartition: [Move]] {
        for turn in suspectTargets.turns(now: now) {
            var moves: [TopicPartition: [Move]] = [:]
            for place in places {
                if let owed = partitions[place]?.takeOwed(turn, suspectTargets, now: now), !owed.isEmpty { moves[place] = owed }
            }
            guard !moves.isEmpty else { continue }
            suspectTargets.take(turn)
            return moves
        }
        return takeSuspect(now: now) ?? [:]
    }

    private mutating func takeSuspect(now: Timestamp) -> [TopicPartition: [Move]]? {
        for place in places {
            guard let move = partitions[place]?.takeSuspect(now: now, isStopping: isStopping) else { continue }
            lastWasAlone = true
            return [place: [move]]
        }
        return nil
    }

    /// What is due for all targets that may be written to together, or for one that has to be tried alone, in turns.
    private mutating func takeTurn(now: Timestamp) -> [TopicPartition: [Move]] {
        for turn in suspectTargets.turns(now: now) {
            let moves = takeShares(turn, now: now)
            guard !moves.isEmpty else { continue }
            suspectTargets.take(turn)
            return moves
        }
        return [:]
    }

    private mutating func takeShares(_ turn: SuspectTargets.Turn, now: Timestamp) -> [TopicPartition: [Move]] {
        var moves: [TopicPartition: [Move]] = [:]
        let (limit, waitLimit) = (suspectTargets.limit(turn, of: batchLimit), waitLimit)
        var (records, bytes) = (limit.records, limit.bytes)
        // A batch takes from each in turn, beginning with another one each time, so that a full one starves nobody.
        let places = places
        let first = places.isEmpty ? 0 : lastBatch % places.count
        for (index, place) in (places[first...] + places[..<first]).enumerated() {
            guard records > 0, bytes > 0 else { break }
            let share = BatchLimit(
                records: max(1, records / (places.count - index)), bytes: max(1, bytes / (places.count - index)))
            guard let taken = partitions[place]?.takeMoves(turn, suspectTargets, now: now, share, limit: waitLimit), !taken.moves.isEmpty
            else { continue }
            moves[place] = taken.moves
            records -= taken.moves.count
            bytes -= taken.bytes
        }
        return moves
    }
}
