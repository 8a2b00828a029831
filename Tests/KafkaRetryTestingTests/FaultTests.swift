import KafkaRetry
import KafkaRetryTesting
import Synchronization
import Testing

/// Handlers and brokers fail when a test wants them to.
@Suite struct FaultTests {
    @Test func handlingsFailForAKeyAndSoOften() async throws {
        let calls = Mutex<[String]>([])
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            kafka.failHandling(of: .patientEvent, key: "17", times: 2)
            kafka.failHandling(of: .patientEvent, key: "18", times: nil, with: Hopeless())
            try await kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [
                    ListenerTopic(.patientEvent, batchesOf: 10) { records, _ in
                        calls.withLock { $0 += records.map { String(decoding: $0.key ?? [], as: UTF8.self) } }
                    }
                ])
            for key in ["16", "17", "18"] { try await kafka.send(.patientEvent, key: key, value: "{}") }
            try await kafka.expect(.patientEvent, key: "16", .handled(retries: 0))
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 2))
            try await kafka.expect(.patientEvent, key: "18", .deadLettered(.permanentFailure, retries: 0))
            kafka.stopFailing(.patientEvent)
            try await kafka.send(.patientEvent, key: "18", value: "{}")
            try await kafka.expect(.patientEvent, key: "18", .handled(retries: 0))
        }
        #expect(calls.withLock { $0.sorted() } == ["16", "17", "18"])
    }

    @Test(arguments: [BrokerFault.timedOut, .notLeader, .disconnected]) func whatPassesDelaysARetryAndLosesNothing(
        fault: BrokerFault
    ) async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [ListenerTopic(.patientEvent) { _, context in if context.attempt < 3 { throw Trouble() } }])
            try await kafka.failWrites(to: KafkaTopic.patientEvent.retry, with: fault, after: 1)
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 2))
        }
    }

    @Test func aRetryThatTheBrokerRefusesIsADeadLetter() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            let listener = try await kafka.listen(
                kafka.configuration(group: "evaluation"), topics: [ListenerTopic(.patientEvent) { _, _ -> Void in throw Trouble() }])
            try await kafka.failWrites(to: KafkaTopic.patientEvent.retry, with: .messageTooLarge, times: 10)
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .deadLettered(.refused))
            #expect(listener.state.held == 0)
            let second = await #expect(throws: KafkaRetryError.self) {
                try await kafka.failWrites(to: .patientEvent, with: .messageTooLarge)
            }
            #expect(second?.code == .configuration)
        }
    }

    @Test func whatAHandlerWritesAndTheBrokerRefusesIsADeadLetter() async throws {
        try await EmbeddedKafka.run(topics: [.reportScheduled, "ReportAccepted"]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "reports"),
                topics: [
                    ListenerTopic(.reportScheduled) { record, _ in
                        guard record.key != Array("silent".utf8) else { return .done }
                        return .done(writing: ProducerRecord(to: "ReportAccepted", key: record.key, value: record.value))
                    }
                ])
            // Sent again a few times first, so that the handler is done for long before the refusal comes.
            try await kafka.failWrites(to: "ReportAccepted", with: .timedOut, times: 3)
            try await kafka.failWrites(to: "ReportAccepted", with: .messageTooLarge, times: 10)
            try await kafka.send(.reportScheduled, key: "17", value: "{}")
            try await kafka.expect(.reportScheduled, key: "17", .deadLettered(.refused, retries: 0))
            for (key, wrong) in [("18", RecordExpectation.waiting(forRetry: 1)), ("19", .handled(retries: 0))] {
                try await kafka.send(.reportScheduled, key: key, value: "{}")
                let failure = await #expect(throws: ExpectationFailure.self) { try await kafka.expect(.reportScheduled, key: key, wrong) }
                #expect(failure?.summary.hasSuffix("but it was dead-lettered (refused) after 0 retries") == true)
            }
            try await kafka.send(.reportScheduled, key: "silent", value: "{}")
            try await kafka.expect(.reportScheduled, key: "silent", .handled(retries: 0))
        }
    }

    @Test func whatAListenerDidNotGetCommittedIsHandledByTheNextOne() async throws {
        try await EmbeddedKafka.run(topics: ["Orders", "Out"]) { kafka in
            try await kafka.failWrites(to: "Out", with: .timedOut, times: 1_000)
            var configuration = kafka.configuration(group: "shop")
            configuration.stopTime = .milliseconds(50)
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let stuck = try RetryListener(
                configuration,
                topics: [
                    ListenerTopic("Orders") { _, _ in
                        begin.yield()
                        return .done(writing: ProducerRecord(to: "Out", value: "x"))
                    }
                ])
            async let account = stuck.run()
            try await kafka.send("Orders", key: "1", value: "x")
            for await _ in begun { break }
            let open = await #expect(throws: ExpectationFailure.self) {
                try await kafka.expect("Orders", key: "1", .handled, within: .milliseconds(500))
            }
            #expect(open?.steps.last?.hasSuffix("attempt 1, from Orders[0] at 0: done, not committed") == true)
            stuck.stop()
            #expect(try await account.handled == 0)

            try await kafka.listen(configuration, topics: [ListenerTopic("Orders") { _, _ in }])
            try await kafka.expect("Orders", key: "1", .handled(retries: 0))
        }
    }

    @Test func aTopicThatMayNotBeWrittenToIsTriedAgain() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [ListenerTopic(.patientEvent) { _, context in if context.attempt == 1 { throw Trouble() } }])
            try await kafka.failWrites(to: KafkaTopic.patientEvent.retry, with: .notAuthorised, times: 3)
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 1))
        }
    }

    @Test func aCommitThatFailsIsMadeAgain() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [ListenerTopic(.patientEvent) { _, context in if context.attempt == 1 { throw Trouble() } }])
            await kafka.failCommits(with: .notAuthorised, times: 2)
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 1))
        }
    }

    @Test func theSendersOwnWriteCanFail() async throws {
        try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.failWrites(to: .patientEvent, with: .invalidRecord, after: 1)
            try await kafka.send(.patientEvent, value: "first")
            await #expect(throws: (any Error).self) { try await kafka.send(.patientEvent, value: "second") }
            try await kafka.send(.patientEvent, value: "third")
            #expect(try await kafka.records(of: .patientEvent).map(\.value) == [Array("first".utf8), Array("third".utf8)])
        }
    }
}

/// An error that no retry can help.
struct Hopeless: RetryClassifiable {
    var retryDecision: RetryDecision { .deadLetter }
}
