import KafkaRetry
import KafkaTestBroker
import Testing

/// Exactly once, judged by what a `read_committed` reader finds, while members of the group come and go.
@Suite(.serialized) struct MembersComeAndGoTests {
    /// Members that run for a random while and come back, until told to end.
    private static func member(
        _ instance: String, _ bench: ListenerBench, _ topic: ListenerTopic, until isOver: Flag
    ) async throws -> Int {
        var handled = 0
        while !isOver.isSet {
            // Now and then handlers are cut off in the middle.
            let stopTime = Duration.milliseconds([0, 100, 10_000].randomElement() ?? 0)
            let listener = try RetryListener(
                bench.configuration(instance) {
                    $0.stopTime = stopTime
                    $0.listener = "come-and-go"
                }, topics: [topic], log: RetryLogger(level: .debug, handler: bench.log))
            let run = Task { try await listener.run() }
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 200...6_000))
            while ContinuousClock.now < end, !isOver.isSet { try await Task.sleep(for: .milliseconds(50)) }
            run.cancel()
            handled += try await run.value.handled
        }
        return handled
    }

    @Test(.broker(requires: .transactions, .fencing), .timeLimit(.minutes(5))) func whatHandlersWriteIsThereOnce() async throws {
        let bench = try await ListenerBench("come-and-go", partitions: 4)
        let records = 3_000
        let output = try await TestTopics.create("output", servers: bench.servers, partitions: 4)
        let policy = try RetryPolicy.exponential(retries: 20, initial: .milliseconds(20), max: .milliseconds(300))
        let settings = TopicSettings(policy: policy, deadline: .milliseconds(300), breaker: nil)
        let topic = ListenerTopic(bench.source, settings: settings) { record, context in
            let number = Int(record.text) ?? 0
            switch number % 7 {
            case 0 where context.attempt <= 2: throw Trouble()
            case 1 where context.attempt == 1: try await Task.sleep(for: .milliseconds(Int.random(in: 1...200)))
            case 2 where number % 100 == 2 && context.attempt == 1: try await Task.sleep(for: .seconds(60))
            case 3 where context.attempt == 1: return try context.retry(after: .milliseconds(Int.random(in: 0...500)))
            default: break
            }
            return .done(writing: ProducerRecord(to: KafkaTopic(output.source), key: record.text, value: record.text))
        }
        let isOver = Flag()
        async let one = Self.member("one", bench, topic, until: isOver)
        async let two = Self.member("two", bench, topic, until: isOver)
        async let three = Self.member("three", bench, topic, until: isOver)
        for start in stride(from: 0, to: records, by: 300) {
            try await bench.write((start..<start + 300).map { TestRecord(to: bench.topics.source, Int32($0 % 4), number: $0) })
            try await Task.sleep(for: .seconds(2))
        }
        let ledger = try Ledger([output.source], partitions: 4, servers: bench.servers)
        await ledger.read(records, within: .seconds(120))
        isOver.set()
        let handled = (try await one, try await two, try await three)
        let numbers = try await bench.records(output.source, partitions: 4).compactMap(\.number).sorted()
        let counts = numbers.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        let repeated = counts.filter { $0.value > 1 }.keys.sorted()
        let missing = (0..<records).filter { counts[$0] == nil }
        #expect(repeated.isEmpty && missing.isEmpty, "repeated \(repeated.prefix(10)), missing \(missing.prefix(10)); handled \(handled)")
        #expect(try await bench.records(bench.topics.deadLetter, partitions: 4).isEmpty)
    }
}
