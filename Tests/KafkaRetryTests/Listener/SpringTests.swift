import KafkaRetry
import KafkaTestBroker
import Testing

/// Beside services that use Spring for Apache Kafka.
@Suite struct SpringTests {
    private static func bytes(_ value: Int64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func header(_ name: String, _ value: [UInt8]) -> TestRecord.Header { .init(Array(name.utf8), value) }

    @Test(.broker(requires: .transactions)) func aRecordThatSpringFailedIsHandledWhenItIsDue() async throws {
        let bench = try await ListenerBench("spring-in")
        let due = TestRecord.now + 1_000
        try await bench.write([
            TestRecord(
                to: bench.topics.retry, value: Array("v".utf8),
                headers: [
                    Self.header("retry_topic-attempts", Self.bytes(3, 4)), Self.header("retry_topic-backoff-timestamp", Self.bytes(due, 6)),
                    .init("kafka_original-topic", bench.topics.source), .init("kafka_exception-message", "its first failure"),
                ])
        ])
        let account = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(policy: try ListenerBench.quick)) { _, context in
                #expect(TestRecord.now >= due)
                bench.note(context)
            }
        ]) { listener in
            try await eventually("it is handled") { listener.state.handled == 1 }
        }
        let context = try #require(bench.seen.first)
        #expect(account.handled == 1 && context.attempt == 3 && !context.isLastAttempt)
        #expect(context.entity.retryCount == 1 && context.entity.exceptionMessage == "its first failure")
    }

    @Test(.broker(requires: .transactions)) func inItsDialectAFailureIsWrittenAsSpringWritesIt() async throws {
        let bench = try await ListenerBench("spring-out")
        try await bench.write([
            TestRecord(to: bench.topics.source, key: [7], value: Array("v".utf8), headers: [.init("traceparent", "t")])
        ])
        let configuration = bench.configuration {
            $0.dialect = .spring
            $0.service = "Evaluation"
        }
        let policy = try RetryPolicy.listed([.milliseconds(50)])
        _ = try await bench.run(
            [ListenerTopic(bench.source, settings: TopicSettings(policy: policy)) { _, _ -> Void in throw Trouble() }], with: configuration
        ) { listener in
            try await eventually("it is a dead letter") { listener.state.deadLettered[.attemptsExhausted] == 1 }
        }
        let source = try #require(try await bench.records(bench.topics.source).first)
        let waited = try #require(try await bench.records(bench.topics.retry).first { $0.value != nil })
        func only(_ record: TestRecord, _ name: String) throws -> [UInt8] {
            let values = record.values(name)
            #expect(values.count == 1, "\(name) of \(record.headers.map { String(decoding: $0.name, as: UTF8.self) })")
            return try #require(values.first ?? nil)
        }
        #expect(waited.key == [7] && waited.value == Array("v".utf8) && waited.text("traceparent") == "t")
        #expect(try only(waited, "retry_topic-attempts") == Self.bytes(2, 4), "the second delivery is to come")
        let due = try only(waited, "retry_topic-backoff-timestamp")
        #expect(due.count == 6, "as few bytes as hold it")
        let moment = due.reduce(0) { $0 << 8 | Int64($1) }
        #expect(moment >= source.timestamp + 50 && moment <= waited.timestamp + 50)
        #expect(try only(waited, "kafka_original-topic") == Array(bench.topics.source.utf8))
        #expect(try only(waited, "kafka_original-partition") == Self.bytes(0, 4))
        #expect(try only(waited, "kafka_original-offset") == Self.bytes(0, 8))
        #expect(try only(waited, "kafka_original-timestamp") == Self.bytes(source.timestamp, 8))
        #expect(try only(waited, "kafka_exception-fqcn") == Array("KafkaRetryTests.Trouble".utf8))
        #expect(try only(waited, "kafka_exception-message") == Array("the server is on fire".utf8))
        for ours in ["X-Retry-Count", "X-Next-Retry-Timestamp", "X-Original-Topic", "X-Exception-Type"] {
            #expect(waited.values(ours).isEmpty, "\(ours)")
        }
        let dead = try #require(try await bench.dead.first)
        #expect(try only(dead, "retry_topic-attempts") == Self.bytes(3, 4))
        #expect(try only(dead, "kafka_dlt-original-topic") == Array(bench.topics.source.utf8))
        #expect(try only(dead, "kafka_dlt-exception-message") == Array("the server is on fire".utf8))
        #expect(dead.values("retry_topic-backoff-timestamp").isEmpty)
    }
}
