import RetryCore

/// What was seen of a log in a month.
struct WatchedLog {
    /// Records in it that had not gone when it was looked at last.
    var open: [Int] = []
    /// Its end when it was looked at last.
    var end: Int64 = 0
    /// The most that waited in it at once, as it was seen.
    var mostWaiting: Int64 = 0
    /// The most bytes of records that waited.
    var mostBytes = 0
    /// How many bytes had been written before each offset.
    private var bytesBefore = [0]

    /// What a record takes in a log: its key, its value and its headers.
    static func bytes(of record: OutgoingRecord) -> Int {
        (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.byteCount
    }

    /// Looks at what was written since.
    mutating func look(at log: SimulatedLog, _ ledger: Ledger) {
        open.removeAll { ledger.items[$0].seen > 0 }
        mostWaiting = max(mostWaiting, Int64(open.count))
        mostBytes = max(mostBytes, open.reduce(0) { $0 + ledger.items[$1].bytes })
        end = log.end
        while let entry = log.entryEverWritten(Int64(bytesBefore.count - 1)) {
            bytesBefore.append(bytesBefore[bytesBefore.count - 1] + (entry.record.map(Self.bytes) ?? 0))
        }
    }

    /// How many bytes stand between `offset` and the end.
    func bytes(from offset: Int64) -> Int {
        bytesBefore[bytesBefore.count - 1] - bytesBefore[min(max(0, Int(offset)), bytesBefore.count - 1)]
    }
}
