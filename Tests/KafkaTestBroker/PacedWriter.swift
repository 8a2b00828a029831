/// Writes numbered records evenly over some time, and learns when each of them is due.
package struct PacedWriter: Sendable {
    /// When a record is due.
    package enum Due: Sendable {
        /// At this moment, in milliseconds since 1970.
        case at(Int64)
        /// So many milliseconds after the timestamp that it gets when it is written.
        case afterTimestamp(Int64)
    }

    package var records: Int
    package var over: Duration
    /// The most records of one write.
    package var batch: Int

    package init(records: Int, over: Duration, batch: Int) {
        self.records = records
        self.over = over
        self.batch = max(1, batch)
    }

    /// Writes what `make` answers for each number, which is told the time of now, and answers when each is due.
    package func write(
        to servers: String, _ make: (_ number: Int, _ now: Int64) -> (record: TestRecord, due: Due)
    ) async throws -> [Int: Int64] {
        let writer = try TestWriter(servers)
        var due: [Int: Int64] = [:]
        let start = ContinuousClock.now
        for first in stride(from: 0, to: records, by: batch) {
            let now = TestRecord.now
            let made = (first..<min(records, first + batch)).map { make($0, now) }
            for (index, place) in try await writer.write(made.map(\.record)).enumerated() {
                switch made[index].due {
                case .at(let time): due[first + index] = time
                case .afterTimestamp(let delay): due[first + index] = place.timestamp + delay
                }
            }
            let next = start + over * (Double(first + batch) / Double(records))
            if ContinuousClock.now < next { try await Task.sleep(until: next) }
        }
        return due
    }
}
