import RetryCore

/// A transaction as brokers keep it: its state decides what of it a read_committed reader sees.
final class SimulatedTransaction {
    enum State { case open, ending(commit: Bool), committed, aborted }

    let id: String
    let epoch: Int
    var state = State.open
    var logs: [SimulatedLog] = []
    var offsets: [ProgressCommit] = []
    var offsetsSent = 0
    /// What it wrote.
    var written: [TargetedEntry] = []

    init(id: String, epoch: Int) {
        self.id = id
        self.epoch = epoch
    }

    var isDecided: Bool {
        switch state {
        case .committed, .aborted: true
        default: false
        }
    }
}

/// One partition's log: records and control records, a last stable offset, a log start that deletion moves.
final class SimulatedLog {
    struct Entry {
        var offset: Int64
        var timestamp: Int64
        /// `nil` for a control record.
        var record: OutgoingRecord?
        var transaction: SimulatedTransaction?
        /// What the ledger knows it by; 0 for none.
        var id = 0

        var isVisible: Bool {
            guard record != nil else { return false }
            guard let transaction else { return true }
            if case .committed = transaction.state { return true }
            return false
        }
    }

    let place: TopicPartition
    private(set) var start: Int64 = 0
    private(set) var entries: [Entry] = []

    /// Lets go of its transactions, which know the logs that they wrote to.
    func letGo() {
        for transaction in entries.compactMap(\.transaction) + open.map(\.transaction) {
            (transaction.logs, transaction.written) = ([], [])
        }
        (entries, open) = ([], [])
    }

    private var base: Int64 = 0
    /// Where open transactions begin.
    private var open: [(transaction: SimulatedTransaction, first: Int64)] = []
    var isDeleted = false
    var checkedBelow: Int64 = 0
    var bytes = 0

    init(_ place: TopicPartition) { self.place = place }

    var end: Int64 { base + Int64(entries.count) }
    var lastStable: Int64 { open.reduce(end) { min($0, $1.first) } }

    func append(_ record: OutgoingRecord, id: Int, now: Int64, in transaction: SimulatedTransaction?) -> Int64 {
        if let transaction, !open.contains(where: { $0.transaction === transaction }) {
            open.append((transaction, end))
            transaction.logs.append(self)
        }
        entries.append(Entry(offset: end, timestamp: now, record: record, transaction: transaction, id: id))
        bytes += (record.value?.count ?? 0) + 50
        return end - 1
    }

    /// Writes the control record that ends a transaction here.
    func finish(_ transaction: SimulatedTransaction, now: Int64) {
        open.removeAll { $0.transaction === transaction }
        entries.append(Entry(offset: end, timestamp: now, record: nil, transaction: nil))
    }

    subscript(offset: Int64) -> Entry? {
        guard offset >= start, offset < end else { return nil }
        return entries[Int(offset - base)]
    }

    /// Any entry that was written, deleted ones too.
    func entryEverWritten(_ offset: Int64) -> Entry? { offset >= base && offset < end ? entries[Int(offset - base)] : nil }

    func deleteRecords(below offset: Int64) { start = max(start, min(offset, lastStable)) }

    /// What a read_committed reader gets from `offset` on, and where it goes on.
    func read(from offset: Int64, limit: Int) -> (records: [KafkaRecord], next: Int64) {
        var (records, next): ([KafkaRecord], Int64) = ([], offset)
        while next < lastStable, records.count < limit {
            if let entry = self[next], entry.isVisible, let record = read(entry) { records.append(record) }
            next += 1
        }
        return (records, next)
    }

    func read(_ entry: Entry) -> KafkaRecord? {
        entry.record.map {
            KafkaRecord(
                source: place, offset: entry.offset, timestamp: Timestamp(milliseconds: entry.timestamp), key: $0.key, value: $0.value,
                headers: $0.headers)
        }
    }
}
