import KafkaTestBroker
import ListenerTestPlan

/// Numbered errands of mixed fates, written evenly over some time to the topics of a bench.
struct ServiceLoad: Sendable {
    var records: Int
    var over: Duration
    var seed: UInt64
    /// Keys of each partition and topic.
    var keys = 20

    /// Writes them and answers before which moment each cannot have come to its end, in milliseconds since 1970. Of twenty, twelve succeed at
    /// once, four at a retry, one never and one says so itself; two come to the retry topic from another service, with a due time.
    func write(to bench: ServiceBench, _ plans: [ServicePlan.Topic]) async throws -> [Int: Int64] {
        var chance = Chance(seed: seed)
        return try await PacedWriter(records: records, over: over, batch: records / 200).write(to: bench.servers) { number, now in
            let topic = Int.random(in: 0..<plans.count, using: &chance)
            let (names, plan) = (bench.topics[topic], plans[topic])
            let partition = Int32.random(in: 0..<Int32(bench.partitions), using: &chance)
            let key = Array("k\(partition)-\(Int.random(in: 0..<keys, using: &chance))".utf8)
            var errand = Errand(number, milliseconds: Int.random(in: 0..<10, using: &chance) == 0 ? 20 : 0)
            switch Int.random(in: 0..<20, using: &chance) {
            case 0..<12: break
            case 12..<16: errand.failures = Int.random(in: 1...plan.delays.count, using: &chance)
            case 16: errand.failures = plan.delays.count + 1
            case 17: errand.failures = Errand.forGood
            default:
                let time = now + Int64.random(in: 0...2_000, using: &chance)
                return (TestRecord(to: names.retry, partition, key: key, value: errand.value, headers: [.due(time)]), .at(time))
            }
            let delays = plan.isJittered ? [] : plan.delays.prefix(max(0, errand.failures))
            return (TestRecord(to: names.source, partition, key: key, value: errand.value), .afterTimestamp(delays.reduce(0, +)))
        }
    }
}
