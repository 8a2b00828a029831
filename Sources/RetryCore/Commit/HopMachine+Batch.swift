extension HopMachine {
    /// Closes a batch and begins its transaction, if there is reason for one.
    mutating func beginTransaction(now: Timestamp) {
        guard case .idle = transaction, notBefore <= now, let batch = closeBatch(now: now) else { return }
        lastBatch = batch.number
        for place in batch.parts.keys { lastSave[place] = now }
        transaction = .producing(batch)
        out.ask(.produce(batch))
    }

    private mutating func closeBatch(now: Timestamp) -> HopBatch? {
        var moves = isStopping ? takeWritten() : takeMoves(now: now)
        for (place, partition) in partitions where moves[place] == nil && isWorthSaving(partition, now: now) { moves[place] = [] }
        guard !moves.isEmpty else { return nil }
        var parts: [TopicPartition: HopBatch.Part] = [:]
        for (place, moves) in moves.sorted(by: { $0.key < $1.key }) { parts[place] = part(of: place, moves) }
        return HopBatch(number: lastBatch + 1, parts: parts)
    }

    /// What a batch that completes `moves` means for a partition's progress.
    mutating func part(of place: TopicPartition, _ moves: [Move]) -> HopBatch.Part? {
        guard let partition = partitions[place] else { return nil }
        let candidate = partition.progress.candidate(
            completing: moves.map(\.offset).sorted(), owner: settings.owner, group: settings.group, partition: place.partition,
            capacity: metadataCapacity, markerID: { markerIDs.next() })
        return HopBatch.Part(epoch: partition.epoch, moves: moves, candidate: candidate)
    }

    /// A partition that came is announced, alone; one that moved on is saved every now and then.
    private func isWorthSaving(_ partition: RetryPartition, now: Timestamp) -> Bool {
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
        let moves = takeShares(now: now)
        lastWasAlone = false
        return moves.isEmpty ? takeSuspect(now: now) ?? [:] : moves
    }

    private mutating func takeWritten() -> [TopicPartition: [Move]] {
        var moves: [TopicPartition: [Move]] = [:]
        for place in places {
            if let written = partitions[place]?.takeWritten(), !written.isEmpty { moves[place] = written }
        }
        return moves
    }

    private mutating func takeSuspect(now: Timestamp) -> [TopicPartition: [Move]]? {
        for place in places {
            guard let move = partitions[place]?.takeSuspect(now: now) else { continue }
            lastWasAlone = true
            return [place: [move]]
        }
        return nil
    }

    private mutating func takeShares(now: Timestamp) -> [TopicPartition: [Move]] {
        var moves: [TopicPartition: [Move]] = [:]
        var (records, bytes) = (batchLimit.records, batchLimit.bytes)
        // A batch takes from each in turn, beginning with another one each time, so that a full one starves nobody.
        let places = places
        let first = places.isEmpty ? 0 : lastBatch % places.count
        for (index, place) in (places[first...] + places[..<first]).enumerated() {
            guard records > 0, bytes > 0 else { break }
            let share = BatchLimit(
                records: max(1, records / (places.count - index)), bytes: max(1, bytes / (places.count - index)))
            let taken = partitions[place]?.takeMoves(now: now, share, limit: batchLimit) ?? []
            guard !taken.isEmpty else { continue }
            moves[place] = taken
            records -= taken.count
            bytes -= taken.reduce(0) { $0 + $1.size }
        }
        return moves
    }
}
