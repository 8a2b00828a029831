import KafkaTestBroker

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
        return try await PacedWriter(records: records, over: over, batch: records / 100).write(to: topics.servers) { number, now in
            let partition = Int32.random(in: 0..<partitions, using: &chance)
            var headers: [TestRecord.Header] = [.init("traceparent", "00-\(number)")]
            let due: PacedWriter.Due
            switch Int.random(in: 0..<10, using: &chance) {
            case 0..<5:
                let time = now + Int64.random(in: 0...furthest, using: &chance)
                due = .at(time)
                headers.append(.due(time))
            case 5..<9:
                let count = Int.random(in: 0..<delays.count, using: &chance)
                if count > 0 || Bool.random(using: &chance) { headers.append(.count(count)) }
                due = .afterTimestamp(delays[count])
            default:
                headers.append(.count(delays.count))
                due = .at(now)
            }
            return (TestRecord(to: topics.retry, partition, number: number, headers: headers), due)
        }
    }
}
