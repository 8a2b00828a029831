import KafkaRetry

/// Reads every message of a damaged file that is still what was written, around the places that cannot be read.
///
/// It goes by the file's own tree, so that messages that were removed and whose bytes are still somewhere do not come back.
/// From each place that cannot be read it goes on behind it and comes back towards it; what is left between is halved, and
/// looked into from the left.
final class Harvest {
    /// So many gaps are looked into: enough for hundreds of damaged pages, and seconds at worst.
    private static let mostGaps = 100_000
    /// Messages that are handed over together, and bytes.
    private static let portion = (messages: 1_000, bytes: Int64(4 << 20))

    private let upwards: SQLiteStatement
    private let downwards: SQLiteStatement
    private let take: ([SpooledMessage]) throws(SpoolError) -> Void
    private var taken: [SpooledMessage] = []
    private var size: Int64 = 0

    private init(
        _ connection: SQLiteConnection, _ take: @escaping ([SpooledMessage]) throws(SpoolError) -> Void
    ) throws(SpoolError) {
        let rows = "SELECT \(RowReader.columns) FROM message WHERE number BETWEEN ? AND ? ORDER BY number"
        upwards = try connection.prepare(rows)
        downwards = try connection.prepare(rows + " DESC")
        self.take = take
    }

    /// Hands over what can be read, in portions, mostly in order. Some may come twice.
    ///
    /// - Parameter last: the highest number that there can be.
    static func gather(
        from connection: SQLiteConnection, upTo last: Int64, _ take: @escaping ([SpooledMessage]) throws(SpoolError) -> Void
    ) throws(SpoolError) {
        let harvest = try Harvest(connection, take)
        var gaps = last >= 1 ? [1...last] : []
        for _ in 0..<mostGaps {
            guard let gap = gaps.popLast() else { break }
            guard let left = try harvest.narrow(gap) else { continue }
            let middle = left.lowerBound + (left.upperBound - left.lowerBound) / 2
            guard middle < left.upperBound else { continue }
            gaps += [middle + 1...left.upperBound, left.lowerBound...middle]
        }
        try harvest.handOver()
    }

    /// Reads a gap from both ends. Returns what is still unread between; `nil` if nothing is.
    private func narrow(_ gap: ClosedRange<Int64>) throws(SpoolError) -> ClosedRange<Int64>? {
        var (first, last) = (gap.lowerBound, gap.upperBound)
        let isRead = try scan(upwards, gap) { number in
            guard number >= first else { return false }
            first = number + 1
            return true
        }
        guard !isRead, first <= last else { return nil }
        let isReadBackwards = try scan(downwards, first...last) { number in
            guard number <= last else { return false }
            last = number - 1
            return true
        }
        return isReadBackwards || first > last ? nil : first...last
    }

    /// Steps through rows until SQLite cannot go on, or `isNext` says that it has lost its way. Returns whether it came to the end.
    private func scan(
        _ rows: borrowing SQLiteStatement, _ range: ClosedRange<Int64>, _ isNext: (Int64) -> Bool
    ) throws(SpoolError) -> Bool {
        defer { rows.reset() }
        try rows.bind(1, range.lowerBound)
        try rows.bind(2, range.upperBound)
        while true {
            do throws(SpoolError) {
                guard try rows.step() else { return true }
            } catch {
                guard error.code == .damaged else { throw error }
                return false
            }
            guard let number = rows.integer(0), range.contains(number), isNext(number) else { return false }
            // A row that is damaged itself is passed over.
            if let message = RowReader.message(rows) { try add(message) }
        }
    }

    private func add(_ message: SpooledMessage) throws(SpoolError) {
        taken.append(message)
        size += message.entry.message.spoolBytes
        if taken.count >= Self.portion.messages || size >= Self.portion.bytes { try handOver() }
    }

    private func handOver() throws(SpoolError) {
        guard !taken.isEmpty else { return }
        try take(taken)
        (taken, size) = ([], 0)
    }
}
