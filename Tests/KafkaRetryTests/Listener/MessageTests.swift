import KafkaRetry
import KafkaTestBroker
import Synchronization
import Testing

/// Handlers of typed messages, of batches, and of both.
@Suite struct MessageTests {
    struct PatientEvent: Codable, Sendable, Hashable {
        var patient: String
        var score: Int
    }

    @Test(.broker(requires: .transactions)) func aValueThatIsNoMessageIsADeadLetterThatTellsNothingOfIt() async throws {
        let bench = try await ListenerBench("typed")
        let values = [
            #"{"patient":"p1","score":1}"#, #"{"patient":"secret-name"}"#, #"{"patient":"secret-name","score":"secret-score"}"#,
            "secret-text", "", #"{"patient":"p2","score":2}"#,
        ]
        try await bench.write(
            values.map { TestRecord(to: bench.topics.source, value: Array($0.utf8)) } + [TestRecord(to: bench.topics.source, value: nil)])
        let events = Mutex<Set<PatientEvent>>([])
        let account = try await bench.run([
            ListenerTopic(bench.source, as: PatientEvent.self, settings: TopicSettings(policy: try ListenerBench.quick)) { event, context in
                if event.score == 2, context.attempt == 1 { throw Trouble() }
                events.withLock { _ = $0.insert(event) }
            }
        ]) { listener in
            try await eventually("two are handled, five are not") {
                listener.state.handled == 2 && listener.state.deadLettered == [.permanentFailure: 5]
            }
        }
        #expect(account.retried == 1)
        #expect(events.withLock { $0 } == [PatientEvent(patient: "p1", score: 1), PatientEvent(patient: "p2", score: 2)])
        let messages = try await bench.dead.compactMap { $0.text("X-Exception-Message") }
        #expect(messages.count == 5 && !messages.contains { $0.contains("secret") })
        #expect(messages.contains { $0.contains("PatientEvent: 'score' is missing") })
        #expect(messages.contains { $0.contains("the null value is no ") })
        #expect(!bench.log.all.contains { $0.contains("secret") || $0.contains("fire") }, "payloads and messages are not logged")
    }

    @Test(.broker(requires: .transactions)) func anOptionalMessageTakesTombstones() async throws {
        let bench = try await ListenerBench("tombstone")
        try await bench.write([
            TestRecord(to: bench.topics.source, key: [1], value: nil),
            TestRecord(to: bench.topics.source, key: [1], value: Array(#"{"patient":"p","score":3}"#.utf8)),
        ])
        let scores = Mutex<[Int?]>([])
        _ = try await bench.run([
            ListenerTopic(bench.source, as: PatientEvent?.self) { event, context in
                scores.withLock { $0.append(event?.score) }
                return event == nil ? .done : .deadLetter("enough")
            }
        ]) { listener in
            try await eventually("both came") { listener.state.handled == 1 && listener.state.deadLettered[.permanentFailure] == 1 }
        }
        #expect(scores.withLock { $0 } == [nil, 3])
    }

    @Test(.broker(requires: .transactions)) func aBatchHasAnOutcomeForEachRecord() async throws {
        let bench = try await ListenerBench("batch")
        try await bench.write((0..<100).map { TestRecord(to: bench.topics.source, number: $0) })
        let sizes = Mutex<[Int]>([])
        let settings = TopicSettings(policy: try ListenerBench.quick, order: .partition)
        let account = try await bench.run([
            ListenerTopic(bench.source, batchesOf: 30, settings: settings) { records, contexts in
                sizes.withLock { $0.append(records.count) }
                for context in contexts { bench.note(context) }
                return zip(records, contexts).map { record, context in
                    guard let number = Int(record.text), context.attempt == 1 else { return .done }
                    return number % 10 == 3 ? .retry(because: "threes come later") : number % 10 == 7 ? .deadLetter("sevens never") : .done
                }
            }
        ]) { listener in
            try await eventually("all have their place") {
                listener.state.handled == 90 && listener.state.deadLettered == [.permanentFailure: 10]
            }
        }
        #expect(account.retried == 10)
        #expect(sizes.withLock { $0.max() } == 30, "they come together where they are there together")
        #expect(bench.seen.filter { $0.attempt == 1 }.map(\.record.text) == (0..<100).map(String.init), "in the order of the log")
        let threes = (0..<10).map { String($0 * 10 + 3) }
        #expect(Set(bench.seen.filter { $0.attempt == 2 }.map(\.record.text)) == Set(threes))
    }

    @Test(.broker(requires: .transactions)) func aBatchThatThrowsFailsWholeAndATypedOneSparesWhatIsNoMessage() async throws {
        let bench = try await ListenerBench("typed-batch")
        let values = ["1", "no number", "3"]
        try await bench.write(values.map { TestRecord(to: bench.topics.source, value: Array($0.utf8)) })
        let seen = Mutex<[[Int]]>([])
        let account = try await bench.run([
            ListenerTopic(
                bench.source, as: Int.self, batchesOf: 10, settings: TopicSettings(policy: try ListenerBench.quick, order: .partition)
            ) {
                numbers, contexts in
                seen.withLock { $0.append(numbers) }
                let isFirst = contexts.contains { $0.attempt == 1 }
                if isFirst { throw Trouble() }
            }
        ]) { listener in
            try await eventually("both numbers are handled") { listener.state.handled == 2 && !listener.state.deadLettered.isEmpty }
        }
        #expect(account.retried == 2 && account.deadLettered == 1)
        #expect(try await bench.dead.map(\.value) == [Array("no number".utf8)])
        #expect(Set(seen.withLock { $0 }.joined()) == [1, 3])
    }
}
