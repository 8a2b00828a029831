extension OwnedPartition {
    /// The offsets at the log's head that hold up the low-water mark for longer than is worth it.
    mutating func headToClean(now: Timestamp, retention: Duration?, bound memory: Int) -> [Int64] {
        guard mayFire, !isSource, !isReading, cleaning.isIdle, cleaning.notBefore <= now else { return [] }
        cleaning.notBefore = now.advanced(by: .seconds(1))
        let isLong = progress.position - progress.lowWater > cleaning.settings.span * waiting + cleaning.settings.slack
        // What grows too old goes whatever stays before it; else the low-water mark must be able to follow, or all is in vain.
        let aged = agedBound(now: now, retention: retention)
        let chunk = max(1, min(cleaning.settings.chunk, memory / 4 / payloadSize))
        let shorter = isLong ? min(chunk, cleaning.mayShorten(by: payloadSize)) : 0
        func headToShorten() -> [Int64] {
            shorter > 0 ? search(from: 0, below: progress.position, chunk: shorter, untilOneStays: true) : []
        }
        // Neither waits for the other: what grew too old is gone through to its end, and then it is the long log's turn, once.
        var head = cleaning.isAgedDone ? headToShorten() : []
        var stops = !head.isEmpty
        if head.isEmpty {
            head = search(from: cleaning.agedFrom, below: aged, chunk: chunk, untilOneStays: false)
            if head.isEmpty, !cleaning.isAgedDone {
                head = headToShorten()
                stops = !head.isEmpty
            }
        }
        cleaning.ask(for: head, of: chunk, retention: retention, untilOneStays: stops)
        return head
    }

    /// Open offsets from the low-water mark on that nothing else is done about.
    private func search(from start: Int64, below bound: Int64, chunk: Int, untilOneStays: Bool) -> [Int64] {
        let onTheirWay = offsetsOnTheirWay
        var head: [Int64] = []
        let start = max(start, progress.lowWater)
        search: for hole in progress.done.holes(in: start..<max(start, bound), limit: chunk) {
            for offset in hole {
                guard head.count < chunk else { break search }
                if held[offset] == nil, !cleaning.refused.contains(offset), !onTheirWay.contains(offset) {
                    head.append(offset)
                } else if untilOneStays {
                    break search
                }
            }
        }
        return head
    }

    /// How far apart times are noted: by a minute, or less where what was written since the last one may grow too old meanwhile.
    func noteInterval(_ retention: Duration?) -> Duration {
        max(.seconds(1), min(.seconds(60), (retention ?? .seconds(3_600)) / 30))
    }

    /// All below it was written more than half the retention ago, or will have been within the time that times are noted apart: what came
    /// behind a noted one counts as old as that.
    private mutating func agedBound(now: Timestamp, retention: Duration?) -> Int64 {
        written.removeFirst(max(0, written.partitioningIndex { $0.offset > progress.lowWater } - 1))
        guard let retention else { return progress.lowWater }
        let old = written.partitioningIndex { $0.time.advanced(by: retention / 2) >= now }
        guard old > 0 else { return progress.lowWater }
        return old < written.count ? written[old].offset : progress.position
    }

    /// What was read of the head goes to the tail, its due time explicit; not what `underWay` has already.
    mutating func clean(_ records: [KafkaRecord], underWay: [Move], now: Timestamp) {
        guard !cleaning.asked.isEmpty else { return }
        defer { cleaning.forgetAsked() }
        guard mayFire else { return }
        let onTheirWay = offsetsOnTheirWay.union(underWay.map(\.offset))
        let found = Dictionary(records.map { ($0.offset, $0) }) { first, _ in first }
        for offset in cleaning.asked where !progress.isDone(offset) {
            guard !onTheirWay.contains(offset), let record = found[offset], case .due(let due) = planner.arrival(of: record, now: now),
                due > now.advanced(by: cleaning.margin)
            else {
                guard cleaning.stopsWhereOneStays else { continue }
                // What stays goes soon, or is held up by something that takes longer.
                if cleaning.isClaimless { cleaning.notBefore = now.advanced(by: .seconds(10)) }
                return
            }
            guard cleaning.mayShorten || !cleaning.stopsWhereOneStays else { return }
            let output = planner.reappend(record, due: due)
            cleaning.claim(offset, size: output.contentSize)
            pending.append(Move(offset: offset, due: due, record: record, output: output, kind: .cleaned))
        }
        // Behind what grew too old there may be more of it than a chunk a second.
        if cleaning.isWholeChunk, !cleaning.stopsWhereOneStays { cleaning.notBefore = now }
    }
}
