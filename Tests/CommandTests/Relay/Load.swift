/// Numbered records with mixed delays, written evenly over some time.
struct Load: Sendable {
    var records: Int
    var over: Duration
    var seed: UInt64
    var partitions: Int32 = 3
    /// As the relay's `--delays` say, in milliseconds.
    var delays: [Int64] = [200, 1_000, 3_000]
    /// The furthest explicit due time, in milliseconds from the writing.
    var furthest: Int64 = 3_000

    /// Writes them and answers when each is due, in milliseconds since 1970. Of ten, five have a due time, four a retry count and the
    /// policy's delay, and one has no retries left.
    func write(to topics: TestTopics) async throws -> [Int: Int64] {
        var chance = Chance(seed: seed)
        let writer = try TestWriter(topics.servers)
        var due: [Int: Int64] = [:]
        let size = max(1, records / 100)
        let start = ContinuousClock.now
        for first in stride(from: 0, to: records, by: size) {
            let now = TestRecord.now
            var batch: [TestRecord] = []
            for number in first..<min(records, first + size) {
                let partition = Int32.random(in: 0..<partitions, using: &chance)
                var headers: [TestRecord.Header] = [.init("traceparent", "00-\(number)")]
                switch Int.random(in: 0..<10, using: &chance) {
                case 0..<5:
                    let time = now + Int64.random(in: 0...furthest, using: &chance)
                    due[number] = time
                    headers.append(.due(time))
                case 5..<9:
                    let count = Int.random(in: 0..<delays.count, using: &chance)
                    if count > 0 || Bool.random(using: &chance) { headers.append(.count(count)) }
                    due[number] = -delays[count]
                default:
                    headers.append(.count(delays.count))
                    due[number] = now
                }
                batch.append(TestRecord(to: topics.retry, partition, number: number, headers: headers))
            }
            for (index, place) in try await writer.write(batch).enumerated() {
                // A policy's delay counts from the record's own timestamp.
                if let delay = due[first + index], delay <= 0 { due[first + index] = place.timestamp - delay }
            }
            let next = start + over * (Double(first + size) / Double(records))
            if ContinuousClock.now < next { try await Task.sleep(until: next) }
        }
        return due
    }
}
