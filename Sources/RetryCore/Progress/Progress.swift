/// What is done in one partition: everything below the low-water mark, and a set of offsets above it.
public struct Progress: Sendable {
    /// All below it is done. It is what gets committed.
    public private(set) var lowWater: Int64
    /// The offset that is expected next: all below it has been seen.
    public private(set) var position: Int64
    /// What is done between the two.
    public private(set) var done = OffsetRuns()
    /// What of it must be in the metadata, because no marker holds it. Gaps and records of others are found again by reading.
    private(set) var unsaved = OffsetRuns()
    /// The marker that holds the rest.
    private(set) var marker: MarkerReference?

    /// Progress that begins at `lowWater`, with what was saved beside it.
    public init(lowWater: Int64, unsaved: OffsetRuns = OffsetRuns(), marker: MarkerReference? = nil) {
        self.lowWater = lowWater
        position = lowWater
        self.marker = marker
        complete(unsaved.runs)
        self.unsaved = unsaved
        self.unsaved.removeAll(below: self.lowWater)
    }

    /// How many offsets have been seen and are not done.
    public var open: Int64 { position - lowWater - (done.count - done.count(from: position)) }

    /// Whether `offset` is done.
    public func isDone(_ offset: Int64) -> Bool { offset < lowWater || done.contains(offset) }

    /// Takes note that `offset` was read. Offsets that were skipped before it are gaps (control records, aborted and deleted
    /// ones never arrive) and done. False if it was read before, or is done, and must not be handled again.
    public mutating func see(_ offset: Int64) -> Bool {
        guard offset >= position, offset < .max else { return false }
        skip(to: offset)
        position = offset + 1
        return !isDone(offset)
    }

    /// Takes note that nothing will ever be read below `offset`.
    public mutating func skip(to offset: Int64) {
        guard offset > position else { return }
        complete(CollectionOfOne(position..<offset))
        position = offset
    }

    /// Takes note that `offsets` are done for good and need not be saved, since a reader finds them out again.
    public mutating func complete(_ runs: some Sequence<OffsetRuns.Run>) {
        for run in runs where run.upperBound > lowWater { done.insert(max(run.lowerBound, lowWater)..<run.upperBound) }
        advanceLowWater(to: done.firstMissing(from: lowWater))
    }

    /// Takes note that `offset` is done for good and need not be saved.
    public mutating func complete(_ offset: Int64) {
        guard offset < .max else { return }
        complete(CollectionOfOne(offset..<offset + 1))
    }

    private mutating func advanceLowWater(to offset: Int64) {
        lowWater = offset
        position = max(position, offset)
        done.removeAll(below: offset)
        unsaved.removeAll(below: offset)
    }
}

// MARK: - Saving

extension Progress {
    /// What will be true once a transaction that completes some more offsets has been committed.
    public struct Candidate: Sendable {
        /// The offset to commit.
        public fileprivate(set) var lowWater: Int64
        /// What the transaction completes, sorted.
        let completed: [Int64]
        /// What goes into the metadata, or into a marker if that is too much.
        fileprivate(set) var unsaved: OffsetRuns
        /// The marker to write first, if one is needed.
        public fileprivate(set) var marker: CompletionMarker?
    }

    /// Progress as it will be once `completed` (sorted) is done too, with a marker if the metadata would have more than
    /// `capacity` characters. Nothing changes before ``commit(_:markerOffset:)``.
    func candidate(
        completing completed: [Int64], owner: String, group: String, partition: Int32, capacity: Int, markerID: () -> UInt64
    ) -> Candidate {
        var lowWater = done.firstMissing(from: lowWater)
        var next = completed.partitioningIndex { $0 >= lowWater }
        while next < completed.count, completed[next] <= lowWater {
            if completed[next] == lowWater { lowWater = done.firstMissing(from: lowWater + 1) }
            next += 1
        }
        var unsaved = unsaved
        for offset in completed[next...] where offset > lowWater {
            let start = done.run(containing: offset - 1)?.lowerBound ?? offset
            unsaved.insert(start..<done.firstMissing(from: offset + 1))
        }
        unsaved.removeAll(below: lowWater)
        var candidate = Candidate(lowWater: lowWater, completed: completed, unsaved: unsaved, marker: nil)
        if savedWithoutMarker(candidate, owner: owner).metadata.utf8.count > capacity {
            candidate.marker = CompletionMarker(
                id: markerID(), group: group, partition: partition, previous: marker(above: lowWater), runs: unsaved)
        }
        return candidate
    }

    /// What to commit beside the candidate's low-water mark; `offset` is where its marker was written, if it has one.
    func saved(_ candidate: Candidate, owner: String, markerOffset: Int64?) -> SavedProgress {
        guard let marker = candidate.marker, let markerOffset else { return savedWithoutMarker(candidate, owner: owner) }
        return SavedProgress(
            owner: owner, marker: MarkerReference(offset: markerOffset, id: marker.id), unsaved: OffsetRuns(), lowWater: candidate.lowWater)
    }

    /// Takes note that the candidate has been committed.
    mutating func commit(_ candidate: Candidate, markerOffset: Int64?) {
        for offset in candidate.completed where offset >= lowWater { done.insert(offset) }
        unsaved = candidate.unsaved
        if let marker = candidate.marker, let markerOffset {
            self.marker = MarkerReference(offset: markerOffset, id: marker.id)
            unsaved = OffsetRuns()
        }
        advanceLowWater(to: done.firstMissing(from: lowWater))
        marker = marker(above: lowWater)
    }

    /// A marker below the low-water mark holds nothing that is not below it too.
    private func marker(above lowWater: Int64) -> MarkerReference? { marker.flatMap { $0.offset >= lowWater ? $0 : nil } }

    /// The same, where no new marker is written.
    private func savedWithoutMarker(_ candidate: Candidate, owner: String) -> SavedProgress {
        SavedProgress(
            owner: owner, marker: marker(above: candidate.lowWater), unsaved: candidate.unsaved, lowWater: candidate.lowWater)
    }
}
