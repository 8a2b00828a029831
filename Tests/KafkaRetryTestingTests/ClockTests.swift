import KafkaRetry
import KafkaRetryTesting
import Synchronization
import Testing

/// Time goes by only when a test says so.
@Suite struct ClockTests {
    @Test func aBackOffOfTwoMinutesIsOverWhenTheClockSaysSo() async throws {
        let attempts = Mutex<[Int: Duration]>([:])
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            var configuration = kafka.configuration(group: "evaluation")
            configuration.policy = try .fixed(.seconds(120), retries: 3)
            let listener = try await kafka.listen(
                configuration,
                topics: [
                    ListenerTopic(.patientEvent) { record, context in
                        if record.key == Array("17".utf8) { attempts.withLock { $0[context.attempt] = kafka.clock.elapsed } }
                        if context.attempt < 3 { throw Trouble() }
                    }
                ])
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .waiting(forRetry: 1, delay: .seconds(120)))
            #expect(kafka.clock.elapsed == .zero, "to wait for a retry moves no clock")

            // The listener has been at work since, and has left alone what is not due.
            kafka.clock.advance(by: .milliseconds(119_999))
            try await kafka.send(.patientEvent, key: "18", value: "{}")
            try await kafka.expect(.patientEvent, key: "18", .waiting(forRetry: 1, delay: .seconds(120)))
            try await kafka.expect(.patientEvent, key: "17", .waiting(forRetry: 1))

            kafka.clock.advance(by: .milliseconds(1))
            try await kafka.expect(.patientEvent, key: "17", .waiting(forRetry: 2, delay: .seconds(120)))
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 2))
            #expect(listener.state.lateness.longest <= .milliseconds(1), "its lateness goes by this clock too")
        }
        #expect(attempts.withLock { $0 } == [1: .zero, 2: .seconds(120), 3: .seconds(240)])
    }

    @Test func aHandlersDeadlineGoesByTheClock() async throws {
        try await EmbeddedKafka.run(topics: ["Slow"]) { kafka in
            var configuration = kafka.configuration(group: "slow")
            configuration.policy = try .fixed(.seconds(60), retries: 1)
            let (begun, begin) = AsyncStream.makeStream(of: Int.self)
            try await kafka.listen(
                configuration,
                topics: [
                    ListenerTopic("Slow", settings: TopicSettings(deadline: .seconds(30))) { _, context in
                        begin.yield(context.attempt)
                        if context.attempt == 1 { try await Task.sleep(for: .seconds(3_600)) }
                    }
                ])
            try await kafka.send("Slow", key: "k", value: "v")
            for await _ in begun { break }
            kafka.clock.advance(by: .seconds(30))
            try await kafka.expect("Slow", key: "k", .waiting(forRetry: 1, delay: .seconds(60)))
            try await kafka.expect("Slow", key: "k", .handled(retries: 1))
        }
    }

    @Test func itGoesOnOnlyForwardsUnlessItIsSetBack() {
        let clock = ManualClock(now: Timestamp(milliseconds: 1_000))
        clock.advance(to: Timestamp(milliseconds: 500))
        #expect(clock.now == Timestamp(milliseconds: 1_000))
        clock.advance(to: Timestamp(milliseconds: 1_500))
        clock.advance(by: .microseconds(1_500))
        #expect(clock.now == Timestamp(milliseconds: 1_502) && clock.elapsed == .milliseconds(502))
        clock.advance(by: .seconds(-1))
        #expect(clock.now == Timestamp(milliseconds: 502))
    }
}

/// An error of a test.
struct Trouble: Error, CustomStringConvertible {
    var description = "patient 4711 has no consent"
}
