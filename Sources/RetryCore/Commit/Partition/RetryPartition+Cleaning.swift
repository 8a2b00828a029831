extension RetryPartition {
    /// The offsets at the log's head that hold up the low-water mark for longer than is worth it.
    mutating func headToClean(now: Timestamp, retention: Duration?) -> [Int64] {
        guard mayFire, cleaning.isIdle, cleaning.notBefore <= now else { return [] }
        cleaning.notBefore = now.advanced(by: .seconds(1))
        guard isWorthCleaning(now: now, retention: retention) else { return [] }
        var head: [Int64] = []
        for hole in progress.done.holes(in: progress.lowWater..<progress.position, limit: LogCleaning.chunk) {
            for offset in hole where head.count < LogCleaning.chunk && held[offset] == nil && !isOnItsWay(offset) { head.append(offset) }
        }
        cleaning.ask(for: head)
        return head
    }

    private mutating func isWorthCleaning(now: Timestamp, retention: Duration?) -> Bool {
        let span = progress.position - progress.lowWater
        if span > LogCleaning.span * waiting + LogCleaning.slack { return true }
        let next = written.partitioningIndex { $0.offset > progress.lowWater }
        written.removeFirst(max(0, next - 1))
        guard let retention, waiting > 0, let head = written.first else { return false }
        return head.time.advanced(by: retention / 2) < now
    }

    /// A record at the head goes to the tail, its due time explicit.
    mutating func clean(_ record: KafkaRecord, now: Timestamp) {
        guard !progress.isDone(record.offset), !isOnItsWay(record.offset), case .due(let due) = planner.arrival(of: record, now: now),
            due > now.advanced(by: LogCleaning.margin)
        else { return }
        cleaning.claim(record.offset)
        let output = planner.reappend(record, due: due)
        pending.append(Move(offset: record.offset, due: due, record: record, output: output, kind: .cleaned))
    }
}
