import KafkaRetry
import KafkaTestBroker
import Testing

/// What becomes of a record follows from what its handler returns or throws.
@Suite struct OutcomeTests {
    @Test(.broker(requires: .transactions)) func aHandlerThatReturnsIsDone() async throws {
        let bench = try await ListenerBench("done")
        try await bench.write("one", "two", "three", key: "k")
        let account = try await bench.run([
            ListenerTopic(bench.source) { record, context in
                #expect(context.attempt == 1 && !context.isLastAttempt && context.topic == bench.source)
                bench.note(context)
            }
        ]) { listener in
            try await eventually("all three are handled") { listener.state.handled == 3 }
        }
        #expect(bench.seen.map(\.record.text) == ["one", "two", "three"])
        #expect(account.handled == 3 && account.retried == 0 && account.deadLettered == 0 && account.waiting == 0)
        // What is done is done: the next one of this name has nothing to do.
        let again = try await bench.run([ListenerTopic(bench.source) { _, context in bench.note(context) }]) { listener in
            try await eventually("it is ready") { listener.state.isReady }
            try await bench.write("four", key: "k")
            try await eventually("the new one is handled") { listener.state.handled == 1 }
        }
        #expect(again.handled == 1 && bench.seen.map(\.record.text) == ["one", "two", "three", "four"])
    }

    @Test(.broker(requires: .transactions)) func aThrownErrorIsRetriedUntilItWorks() async throws {
        let bench = try await ListenerBench("retry")
        try await bench.write([
            TestRecord(
                to: bench.topics.source, key: Array("k".utf8), value: Array("v".utf8),
                headers: [.init("traceparent", "00-1-2-01"), .init("X-Correlation-Id", "c-1")])
        ])
        let policy = try ListenerBench.quick
        let configuration = bench.configuration {
            $0.service = "Evaluation"
            $0.facilityID = { record in "facility of \(record.text)" }
        }
        let account = try await bench.run(
            [
                ListenerTopic(bench.source, settings: TopicSettings(policy: policy)) { record, context in
                    bench.note(context)
                    if context.attempt < 3 { throw Trouble() }
                }
            ], with: configuration
        ) { listener in
            try await eventually("the third handling is done") { listener.state.handled == 1 }
            #expect(listener.state.attempts.failed == 2 && listener.state.attempts.done == 1)
            #expect(listener.state.lateness.count == 2)
        }
        #expect(account.handled == 1 && account.retried == 2 && account.deadLettered == 0 && account.waiting == 0)
        #expect(bench.seen.map(\.attempt) == [1, 2, 3])
        #expect(bench.seen.map(\.record.source.topic) == [bench.topics.source, bench.topics.retry, bench.topics.retry])
        #expect(bench.seen.allSatisfy { $0.record.text == "v" && $0.traceparent == "00-1-2-01" && $0.entity.correlationID == "c-1" })
        let last = try #require(bench.seen.last).entity
        #expect(last.retryCount == 1 && last.exceptionType == "KafkaRetryTests.Trouble")
        #expect(last.exceptionMessage == "the server is on fire" && last.service == "Evaluation" && last.facilityID == "facility of v")
        #expect(last.originalTopic == bench.topics.source && last.originalOffset == 0 && last.retryGroup == bench.group)
    }

    @Test(.broker(requires: .transactions)) func aRecordThatAlwaysFailsIsADeadLetterAfterItsRetries() async throws {
        let bench = try await ListenerBench("exhausted")
        try await bench.write("poison")
        let policy = try RetryPolicy.listed([.milliseconds(50), .milliseconds(100)])
        let account = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(policy: policy)) { _, context -> Void in
                bench.note(context)
                throw Trouble()
            }
        ]) { listener in
            try await eventually("it is a dead letter") { listener.state.deadLettered[.attemptsExhausted] == 1 }
        }
        #expect(account.deadLettered == 1 && account.retried == 2)
        #expect(bench.seen.map(\.attempt) == [1, 2, 3] && bench.seen.map(\.isLastAttempt) == [false, false, true])
        let dead = try await bench.dead
        #expect(dead.map(\.value) == [Array("poison".utf8)])
        #expect(dead.first?.text("X-Dead-Letter-Reason") == "attempts-exhausted" && dead.first?.text("X-Retry-Count") == "2")
    }

    @Test(.broker(requires: .transactions)) func whatItWritesIsInTheTransaction() async throws {
        let bench = try await ListenerBench("writing", partitions: 1)
        let output = try await TestTopics.create("output", servers: bench.servers, partitions: 6)
        try await bench.write("a", "b", "c")
        var headers = KafkaHeaders()
        headers.append("kind", "report")
        let account = try await bench.run([
            ListenerTopic(bench.source) { [headers] record, context in
                let target = KafkaTopic(output.source)
                return .done(
                    writing: ProducerRecord(to: target, key: "key-\(record.text)", value: record.text + "1", headers: headers),
                    ProducerRecord(to: target, partition: 4, value: record.text + "2"), ProducerRecord(to: target, key: [], value: nil))
            }
        ]) { listener in
            try await eventually("all are handled") { listener.state.handled == 3 }
        }
        #expect(account.handled == 3)
        let written = try await bench.records(output.source, partitions: 6)
        #expect(written.count == 9)
        for letter in ["a", "b", "c"] {
            let first = try #require(written.first { $0.value == Array("\(letter)1".utf8) })
            #expect(first.partition == Partitioner.byKey(Array("key-\(letter)".utf8), count: 6), "as Java's client would")
            #expect(first.text("kind") == "report")
            #expect(written.first { $0.value == Array("\(letter)2".utf8) }?.partition == 4)
        }
        #expect(written.filter { $0.value == nil && $0.key == [] }.count == 3)
    }

    @Test(.broker(requires: .transactions, .topicConfiguration)) func allThatItWritesIsWrittenOrNothing() async throws {
        let bench = try await ListenerBench("all-or-nothing")
        let output = try await TestTopics.create("output", servers: bench.servers, source: ["max.message.bytes": "1000"])
        try await bench.write("small", "too large", "small")
        let account = try await bench.run([
            ListenerTopic(bench.source, settings: TopicSettings(order: .partition)) { record, _ in
                let size = record.text == "small" ? 10 : 10_000
                return .done(
                    writing: ProducerRecord(to: KafkaTopic(output.deadLetter), value: record.text),
                    ProducerRecord(to: KafkaTopic(output.source), value: [UInt8](repeating: 1, count: size)))
            }
        ]) { listener in
            try await eventually("two are handled, one cannot be") {
                listener.state.handled == 2 && listener.state.deadLettered == [.refused: 1]
            }
        }
        #expect(account.handled == 2 && account.deadLettered == 1)
        #expect(try await bench.records(output.source).count == 2)
        #expect(try await bench.records(output.deadLetter).map(\.value) == [Array("small".utf8), Array("small".utf8)])
        #expect(try await bench.dead.map(\.value) == [Array("too large".utf8)])
    }

    @Test(.broker(requires: .transactions)) func anotherDelayAndADeadLetterCanBeAskedFor() async throws {
        let bench = try await ListenerBench("asked")
        try await bench.write("later", "never", "too late", "error says so", "closure says so", "written nowhere")
        struct Busy: RetryClassifiable { var retryDecision: RetryDecision { .retry(after: .milliseconds(50)) } }
        struct Hopeless: Error, CustomStringConvertible { var description: String { "no such patient" } }
        let policy = try RetryPolicy.fixed(.seconds(3_600), retries: 3)
        let configuration = bench.configuration {
            $0.policy = policy
            $0.horizon = .seconds(7_200)
            $0.classify = { $0 is Hopeless ? .deadLetter : nil }
        }
        let account = try await bench.run(
            [
                ListenerTopic(bench.source) { record, context in
                    bench.note(context)
                    guard context.attempt == 1 else { return .done }
                    switch record.text {
                    case "later": return try context.retry(after: .milliseconds(50), because: "not yet")
                    case "never": return .deadLetter("it is spoilt")
                    case "too late":
                        #expect(throws: RetryDelayError.self) { try context.retry(after: .seconds(7_201)) }
                        #expect(throws: RetryDelayError.self) { try context.retry(after: .seconds(-1)) }
                        return .done
                    case "error says so": throw Busy()
                    case "closure says so": throw Hopeless()
                    default: return .done(writing: ProducerRecord(to: "no topic has a blank", value: "x"))
                    }
                }
            ], with: configuration
        ) { listener in
            try await eventually("all have been decided") {
                listener.state.handled == 3 && listener.state.deadLettered == [.permanentFailure: 3]
            }
        }
        #expect(account.retried == 2 && account.waiting == 0)
        #expect(Set(bench.seen.filter { $0.attempt == 2 }.map(\.record.text)) == ["later", "error says so"])
        let dead = try await bench.dead
        #expect(dead.allSatisfy { $0.text("X-Dead-Letter-Reason") == "permanent-failure" })
        let messages = dead.compactMap { $0.text("X-Exception-Message") }
        #expect(messages.contains("it is spoilt") && messages.contains("no such patient"))
        #expect(messages.contains { $0.contains("may only hold") })
    }
}
