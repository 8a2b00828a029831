import KafkaRetry
import KafkaRetryTesting
import Testing

/// What becomes of a record is expected in a line, and told in full where it is something else.
@Suite struct ExpectationTests {
    @Test func retriedTwiceThenDeadLettered() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            var configuration = kafka.configuration(group: "evaluation")
            configuration.policy = try .listed([.seconds(120), .seconds(600)])
            let listener = try await kafka.listen(
                configuration, topics: [ListenerTopic(.patientEvent) { _, _ -> Void in throw Trouble() }])
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .deadLettered(.attemptsExhausted, retries: 2))
            #expect(kafka.clock.elapsed == .seconds(720))
            let letters = try await kafka.records(of: KafkaTopic.patientEvent.deadLetter)
            #expect(letters.map(\.value) == [Array("{}".utf8)])
            #expect(listener.state.deadLettered == [.attemptsExhausted: 1] && listener.state.retried == 2)
            try await kafka.expect(.patientEvent, key: "17", .deadLettered)
        }
    }

    @Test func whatNoRetryCanHelpIsADeadLetterAtOnce() async throws {
        struct Event: Codable, Sendable { var patient: String }
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "evaluation"), topics: [ListenerTopic(.patientEvent, as: Event.self) { _, _ in }])
            try await kafka.send(.patientEvent, key: "good", message: Event(patient: "17"))
            let bad = try await kafka.send(.patientEvent, key: "bad", value: "no JSON")
            try await kafka.expect(.patientEvent, key: "good", .handled(retries: 0))
            try await kafka.expect(bad, .deadLettered(.permanentFailure, retries: 0))
            #expect(kafka.clock.elapsed == .zero)
        }
    }

    @Test func severalTopicsEachWithItsOwnPolicyAndGroup() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent, .reportScheduled, "Out"], partitions: 3) { kafka in
            let policy = try RetryPolicy.fixed(.seconds(3_600), retries: 1)
            var named = kafka.configuration(group: "reports")
            named.naming = TopicNaming(group: "reports")
            async let first = kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [
                    ListenerTopic(.patientEvent) { record, context in
                        if context.attempt == 1 { throw Trouble() }
                        return .done(writing: ProducerRecord(to: "Out", key: record.key, value: record.value))
                    }
                ])
            async let second = kafka.listen(
                named,
                topics: [ListenerTopic(.reportScheduled, settings: TopicSettings(policy: policy)) { _, _ -> Void in throw Trouble() }])
            _ = try await (first, second)
            for key in ["a", "b", "c"] {
                try await kafka.send(.patientEvent, key: key, value: key)
                try await kafka.send(.reportScheduled, key: key, value: key)
            }
            for key in ["a", "b", "c"] {
                try await kafka.expect(.patientEvent, key: key, .handled(retries: 1))
                try await kafka.expect(.reportScheduled, key: key, .deadLettered(.attemptsExhausted, retries: 1))
            }
            #expect(Set(try await kafka.records(of: "Out").map(\.value)) == [Array("a".utf8), Array("b".utf8), Array("c".utf8)])
            #expect(try await kafka.records(of: "ReportScheduled-reports-Error").count == 3)
        }
    }

    @Test func aServicesOwnListenerIsSeenToo() async throws {
        try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            let service = try RetryListener(
                kafka.configuration(group: "shop"),
                topics: [ListenerTopic("Orders") { _, context in if context.isLastAttempt == false { throw Trouble() } }])
            async let account = service.run()
            try await kafka.send("Orders", key: "1", value: "x")
            try await kafka.expect("Orders", key: "1", .handled(retries: 5))
            service.stop()
            #expect(try await account.handled == 1)
        }
    }

    @Test func aRecordThatAnotherServiceHasFailedCanBeSentToTheRetryTopic() async throws {
        try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            var configuration = kafka.configuration(group: "shop")
            configuration.policy = try .fixed(.seconds(120), retries: 3)
            try await kafka.listen(configuration, topics: [ListenerTopic("Orders") { _, _ in }])
            let sent = try await kafka.send("Orders-Retry", key: "1", value: "x")
            kafka.clock.advance(by: .seconds(120))
            try await kafka.expect(sent, .handled(retries: 1))
        }
    }

    @Test func aFailureTellsWhatWasSeenAndNoPayload() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            var configuration = kafka.configuration(group: "evaluation")
            configuration.policy = try .listed([.seconds(120)])
            try await kafka.listen(
                configuration, topics: [ListenerTopic(.patientEvent) { _, context in if context.attempt == 1 { throw Trouble() } }])
            try await kafka.send(.patientEvent, key: "17", value: "secret")
            let failure = await #expect(throws: ExpectationFailure.self) {
                try await kafka.expect(.patientEvent, key: "17", .deadLettered(.attemptsExhausted, retries: 1))
            }
            #expect(
                failure?.summary == """
                    PatientEvent with key '17' was expected to be dead-lettered (attempts-exhausted) after 1 retry, \
                    but it was handled after 1 retry
                    """)
            let steps = try #require(failure?.steps)
            #expect(steps.count == 4)
            #expect(steps[0] == "written to PatientEvent[0] at 0")
            #expect(steps[1] == "+0.0 seconds attempt 1, from PatientEvent[0] at 0: failed with KafkaRetryTestingTests.Trouble")
            #expect(steps[2].hasPrefix("+0.0 seconds written to PatientEvent-Retry[0] at 0, due +120.0 seconds, with X-"))
            #expect(steps[3] == "+120.0 seconds attempt 2, from PatientEvent-Retry[0] at 0: done")
            #expect(failure?.description.contains("secret") == false && failure?.description.contains("4711") == false)

            let open = await #expect(throws: ExpectationFailure.self) {
                try await kafka.expect(.patientEvent, key: "17", .waiting(forRetry: 1), showingValues: true)
            }
            #expect(open?.description.contains("secret") == true && open?.description.contains("patient 4711") == true)
        }
    }

    @Test func whatNeverComesIsToldWhenPatienceIsOver() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            let nothing = await #expect(throws: ExpectationFailure.self) {
                try await kafka.expect(.patientEvent, key: "17", .handled, within: .milliseconds(50))
            }
            #expect(nothing?.steps == ["there is no such record"])
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            let nobody = await #expect(throws: ExpectationFailure.self) {
                try await kafka.expect(.patientEvent, key: "17", .handled, within: .milliseconds(50))
            }
            #expect(nobody?.steps.last == "no listener has been started for PatientEvent")
        }
    }

    @Test func whatTheBrokerHasNotIsSaid() async throws {
        let missing = await #expect(throws: KafkaRetryError.self) {
            try await EmbeddedKafka.run(topics: []) { kafka in try await kafka.send("Orders", value: "x") }
        }
        #expect(missing?.code == .missingTopic)
        let unheard = await #expect(throws: KafkaRetryError.self) {
            try await EmbeddedKafka.run(topics: []) { kafka in
                try await kafka.listen(kafka.configuration(group: "g"), topics: [ListenerTopic("Orders") { _, _ in }])
            }
        }
        #expect(unheard?.code == .missingTopic)
        let transactions = await #expect(throws: KafkaRetryError.self) {
            try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
                var configuration = kafka.configuration(group: "g")
                configuration.delivery = .exactlyOnce
                try await kafka.listen(configuration, topics: [ListenerTopic("Orders") { _, _ in }])
            }
        }
        #expect(transactions?.message.contains("transactions") == true)
    }
}
