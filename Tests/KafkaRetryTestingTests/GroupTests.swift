import KafkaRetry
import KafkaRetryTesting
import Synchronization
import Testing

/// One listener has all partitions of its group, or several share them.
@Suite struct GroupTests {
    @Test func aListenerGoesOnWhereTheLastOneOfItsGroupEnded() async throws {
        let seen = Mutex<[String]>([])
        try await EmbeddedKafka.run(topics: ["Orders"], partitions: 3) { kafka in
            var configuration = kafka.configuration(group: "shop")
            configuration.policy = try .fixed(.seconds(120), retries: 2)
            let topic = ListenerTopic("Orders") { record, context in
                seen.withLock { $0.append("\(String(decoding: record.key ?? [], as: UTF8.self))/\(context.attempt)") }
                if context.attempt == 1 { throw Trouble() }
            }
            let listener = try RetryListener(configuration, topics: [topic])
            async let account = listener.run()
            try await kafka.send("Orders", key: "1", value: "x")
            try await kafka.expect("Orders", key: "1", .waiting(forRetry: 1))
            listener.stop()
            #expect(try await account.retried == 1)

            kafka.clock.advance(by: .seconds(120))
            try await kafka.listen(configuration, topics: [topic])
            try await kafka.expect("Orders", key: "1", .handled(retries: 1))
        }
        #expect(seen.withLock { $0 } == ["1/1", "1/2"])
    }

    @Test func membersShareTheirGroupsPartitionsIfTheyAreToldTo() async throws {
        try await EmbeddedKafka.run(topics: ["Orders"], partitions: 4) { kafka in
            let topic = ListenerTopic("Orders") { _, context in if context.attempt == 1 { throw Trouble() } }
            async let one = kafka.listen(kafka.configuration(group: "shop", sharesGroup: true), topics: [topic])
            async let two = kafka.listen(kafka.configuration(group: "shop", sharesGroup: true), topics: [topic])
            let listeners = try await [one, two]
            for key in 1...20 { try await kafka.send("Orders", key: "\(key)", value: "x") }
            for key in 1...20 { try await kafka.expect("Orders", key: "\(key)", .handled(retries: 1)) }
            #expect(listeners.allSatisfy { $0.state.attempts.done > 0 })
        }
    }

    @Test func twoThatWantAllPartitionsAreToldApart() async throws {
        let error = await #expect(throws: KafkaRetryError.self) {
            try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
                let topic = ListenerTopic("Orders") { _, _ in }
                try await kafka.listen(kafka.configuration(group: "shop"), topics: [topic])
                try await kafka.listen(kafka.configuration(group: "shop"), topics: [topic])
            }
        }
        #expect(error?.code == .configuration && error?.remedy.contains("sharesGroup") == true)
    }

    @Test(arguments: [true, false]) func whoWantsAllPartitionsSharesWithNobody(_ isFirst: Bool) async throws {
        let handled = Mutex(0)
        try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            let topic = ListenerTopic("Orders") { _, _ in handled.withLock { $0 += 1 } }
            try await kafka.listen(kafka.configuration(group: "shop", sharesGroup: !isFirst), topics: [topic])
            let error = await #expect(throws: KafkaRetryError.self) {
                try await kafka.listen(kafka.configuration(group: "shop", sharesGroup: isFirst), topics: [topic])
            }
            #expect(error?.code == .configuration && error?.remedy.contains("sharesGroup") == true)
            try await kafka.send("Orders", key: "1", value: "x")
            try await kafka.expect("Orders", key: "1", .handled(retries: 0))
        }
        #expect(handled.withLock { $0 } == 1)
    }

    @Test func aListenerThatCouldNotStartLeavesTheGroupAsItWas() async throws {
        try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            let topic = ListenerTopic("Orders") { _, _ in }
            let listener = try RetryListener(kafka.configuration(group: "shop"), topics: [topic])
            async let account = listener.run()
            for await state in listener.states where state.isReady { break }
            for missing in ["Nothing", "Orders", "Nothing", "Orders"] as [KafkaTopic] {
                let error = await #expect(throws: KafkaRetryError.self) {
                    try await kafka.listen(kafka.configuration(group: "shop"), topics: [ListenerTopic(missing) { _, _ in }])
                }
                #expect(error?.code == (missing == "Nothing" ? .missingTopic : .configuration))
            }
            listener.stop()
            #expect(try await account.handled == 0)
            try await kafka.listen(kafka.configuration(group: "shop"), topics: [topic])
        }
    }

    @Test func whatListenHasThrownHoldsUpNoOtherListener() async throws {
        try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            var configuration = kafka.configuration(group: "shop")
            configuration.policy = try .fixed(.seconds(120), retries: 3)
            try await kafka.listen(
                configuration, topics: [ListenerTopic("Orders") { _, context in if context.attempt == 1 { throw Trouble() } }])
            await #expect(throws: KafkaRetryError.self) {
                try await kafka.listen(kafka.configuration(group: "other"), topics: [ListenerTopic("Nothing") { _, _ in }])
            }
            try await kafka.send("Orders", key: "1", value: "x")
            try await kafka.expect("Orders", key: "1", .handled(retries: 1))
        }
    }
}
