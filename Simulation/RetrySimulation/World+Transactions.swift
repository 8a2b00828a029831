import RetryCore

/// A transactional id at its coordinator.
struct SimulatedProducer {
    var epoch = 0
    var transaction: SimulatedTransaction?
}

extension World {
    static let transactionTimeout: Int64 = 10_000

    /// What `InitProducerId` does: whoever had the id before is fenced, and what it left open is aborted.
    func initialise(_ id: String) -> Int {
        var producer = producers[id] ?? SimulatedProducer()
        if let open = producer.transaction {
            switch open.state {
            case .open: finish(open, commit: false)
            case .ending(let commit): finish(open, commit: commit)
            case .committed, .aborted: break
            }
        }
        producer.transaction = nil
        producer.epoch += 1
        producers[id] = producer
        return producer.epoch
    }

    func isFenced(_ id: String, _ epoch: Int) -> Bool { producers[id]?.epoch != epoch }

    /// The open transaction of an id, begun if there is none; `nil` while the one before it is still ending.
    func transaction(_ id: String, _ epoch: Int) -> SimulatedTransaction? {
        if let open = producers[id]?.transaction {
            if case .open = open.state { return open }
            guard open.isDecided else { return nil }
        }
        let begun = SimulatedTransaction(id: id, epoch: epoch)
        producers[id]?.transaction = begun
        undecided.append(begun)
        // The coordinator looks for expired transactions every ten seconds.
        after(Self.transactionTimeout + dice.milliseconds(0...10_000)) { [self] in
            guard case .open = begun.state else { return }
            note("broker: \(id) timed out, aborted")
            producers[id]?.epoch += 1
            finish(begun, commit: false)
        }
        return begun
    }

    /// Decides a transaction; its control records follow a little later.
    func end(_ transaction: SimulatedTransaction, commit: Bool) {
        guard case .open = transaction.state else { return }
        transaction.state = .ending(commit: commit)
        if commit { for entry in transaction.written { becameVisible(entry) } }
        after(fails(3) ? dice.milliseconds(50...2_000) : dice.milliseconds(0...10)) { [self] in finish(transaction, commit: commit) }
    }

    func finish(_ transaction: SimulatedTransaction, commit: Bool) {
        guard !transaction.isDecided else { return }
        if case .open = transaction.state, commit { for entry in transaction.written { becameVisible(entry) } }
        transaction.state = commit ? .committed : .aborted
        undecided.removeAll { $0 === transaction }
        note("broker: \(transaction.id) \(commit ? "committed" : "aborted") \(transaction.written.count) records")
        if commit { statistics.commits += 1 } else { statistics.aborts += 1 }
        for log in transaction.logs { log.finish(transaction, now: now) }
        if commit {
            for offset in transaction.offsets { commitOffset(offset, sent: transaction.offsetsSent) }
        }
        for log in transaction.logs { notify(log) }
        // They know it too, and would keep each other, also where a topic has been made anew.
        (transaction.logs, transaction.written) = ([], [])
    }

    /// Writes a record that a member or a service sent, to the log that its target names.
    func append(_ record: OutgoingRecord, in transaction: SimulatedTransaction?) -> Int64 {
        let log = log(record.target)
        let id = Ledger.id(of: record)
        let offset = log.append(record, id: id, now: now, in: transaction)
        if let entry = log[offset] {
            if let transaction {
                transaction.written.append(TargetedEntry(log: log, entry: entry))
            } else {
                becameVisible(TargetedEntry(log: log, entry: entry))
            }
        }
        if transaction == nil { notify(log) }
        return offset
    }

    func log(_ place: TopicPartition) -> SimulatedLog {
        if let log = logs[place] { return log }
        let log = SimulatedLog(place)
        logs[place] = log
        return log
    }

    // MARK: - Offsets

    /// Whether `committed()` on a read_committed handle would answer for a partition.
    func isStable(_ place: TopicPartition) -> Bool {
        !undecided.contains { transaction in transaction.offsets.contains { $0.partition == place } }
    }

    /// Of two transactions that end in another order than they sent their offsets, the later one's count.
    func commitOffset(_ commit: ProgressCommit, sent: Int) {
        let place = commit.partition
        guard let log = logs[place], !log.isDeleted, sent > group.lastSent[place] ?? 0 else { return }
        group.lastSent[place] = sent
        group.unrestored.remove(place)
        if plan.delivery == .exactlyOnce, let before = group.committed[place], before.offset > commit.offset,
            !group.mayGoBack.contains(place)
        {
            violate("\(place): committed offset went back from \(before.offset) to \(commit.offset)")
        }
        group.mayGoBack.remove(place)
        group.committed[place] = commit
        note("broker: \(place) at \(commit.offset) \(commit.metadata)")
        checkLowWater(log, below: commit.offset)
    }
}

/// A record in a transaction, and the log that holds it.
struct TargetedEntry {
    let log: SimulatedLog
    let entry: SimulatedLog.Entry
}
