import KafkaRetry
import KafkaTestBroker
import Synchronization
import Testing

/// A listener from its start to its end, however it ends.
@Suite struct LifecycleTests {
    @Test func oneThatWasStoppedBeforeItBeganDoesNothing() async throws {
        let listener = try RetryListener(
            ListenerConfiguration(bootstrapServers: ["127.0.0.1:1"], group: "g", instance: "i"),
            topics: [ListenerTopic("T") { _, _ in }])
        listener.stop()
        #expect(try await listener.run() == .none)
        await #expect(throws: KafkaRetryError.self) { try await listener.run() }
    }

    @Test(arguments: [true, false]) func oneThatFindsNoBrokerCanBeStopped(byCancellation: Bool) async throws {
        let listener = try RetryListener(
            ListenerConfiguration(bootstrapServers: ["127.0.0.1:1"], group: "g", instance: "\(byCancellation)"),
            topics: [ListenerTopic("T") { _, _ in }])
        let run = Task { try await listener.run() }
        try await Task.sleep(for: .milliseconds(200))
        if byCancellation { run.cancel() } else { listener.stop() }
        #expect(try await run.value == .none)
    }

    @Test func withoutABrokerItSaysSo() async throws {
        var configuration = ListenerConfiguration(bootstrapServers: ["127.0.0.1:1"], group: "g", instance: "unreachable")
        configuration.startupTimeout = .milliseconds(500)
        let listener = try RetryListener(configuration, topics: [ListenerTopic("T") { _, _ in }])
        let error = await #expect(throws: KafkaRetryError.self) { try await listener.run() }
        #expect(error?.code == .brokerUnreachable)
    }

    @Test(.broker(requires: .transactions), arguments: [0, 20, 100, 400, 1_000, 3_000])
    func cancelledAtAnyMomentItEnds(after milliseconds: Int) async throws {
        let bench = try await ListenerBench("any-moment")
        try await bench.write((0..<100).map { TestRecord(to: bench.topics.source, number: $0) })
        let policy = try ListenerBench.quick
        let topic = ListenerTopic(bench.source, settings: TopicSettings(policy: policy, concurrency: 2, breaker: nil)) { record, context in
            try await Task.sleep(for: .milliseconds(10))
            if context.attempt == 1 { throw Trouble() }
            return .done(writing: ProducerRecord(to: KafkaTopic(bench.topics.deadLetter), value: record.text))
        }
        let listener = try RetryListener(bench.configuration(), topics: [topic])
        let run = Task { try await listener.run() }
        try await Task.sleep(for: .milliseconds(milliseconds))
        run.cancel()
        let account = try await run.value
        #expect(listener.state.running == 0)
        // Whoever comes next finds what it left, no more and no less.
        let next = try await bench.run([topic]) { listener in
            try await eventually("the rest is handled") { account.handled + listener.state.handled == 100 }
        }
        #expect(account.handled + next.handled == 100 && account.retried + next.retried == 100)
        #expect(try await bench.dead.compactMap(\.number).sorted() == Array(0..<100))
    }

    @Test(.broker(requires: .transactions)) func cancelledWhileHandlersRunItFinishesThem() async throws {
        let bench = try await ListenerBench("finishes")
        try await bench.write("under way", "not begun", key: "k")
        let begun = Mutex(false)
        let mayEnd = Mutex(false)
        let listener = try RetryListener(
            bench.configuration(),
            topics: [
                ListenerTopic(bench.source) { record, context in
                    bench.note(context)
                    begun.withLock { $0 = true }
                    while !mayEnd.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
                }
            ])
        let run = Task { try await listener.run() }
        try await eventually("it is under way") { begun.withLock { $0 } }
        run.cancel()
        try await Task.sleep(for: .milliseconds(300))
        mayEnd.withLock { $0 = true }
        let account = try await run.value
        #expect(account.handled == 1 && account.retried == 0, "the handler was not cancelled, and its outcome is committed")
        #expect(bench.seen.map(\.record.text) == ["under way"])
        let next = try await bench.run([ListenerTopic(bench.source) { _, context in bench.note(context) }]) { listener in
            try await eventually("the other one is handled") { listener.state.handled == 1 }
        }
        #expect(next.handled == 1 && bench.seen.map(\.record.text) == ["under way", "not begun"])
    }

    @Test(.broker(requires: .transactions)) func whatDoesNotEndInTimeIsCancelledAndHandledAgain() async throws {
        let bench = try await ListenerBench("dropped")
        try await bench.write("slow")
        let configuration = bench.configuration { $0.stopTime = .milliseconds(300) }
        let hang = ListenerTopic(bench.source) { _, context in
            bench.note(context)
            try await Task.sleep(for: .seconds(3_600))
        }
        let account = try await bench.run([hang], with: configuration) { listener in
            try await eventually("it is under way") { listener.state.running == 1 }
        }
        #expect(account.handled == 0 && account.retried == 0)
        #expect(bench.log.all.contains { $0.hasPrefix("warning") && $0.contains("still run") && $0.contains("[0] at 0") })
        let next = try await bench.run([ListenerTopic(bench.source) { _, context in bench.note(context) }]) { listener in
            try await eventually("it is handled") { listener.state.handled == 1 }
        }
        #expect(next.handled == 1 && bench.seen.map(\.attempt) == [1, 1])
    }

    @Test(.broker(requires: .transactions)) func cancelledWhileIdleItEndsAndItsStatesDo() async throws {
        let bench = try await ListenerBench("idle")
        let listener = try RetryListener(bench.configuration(), topics: [ListenerTopic(bench.source) { _, _ in }])
        #expect(listener.state == ListenerState())
        let watching = Task {
            var states: [ListenerState] = []
            for await state in listener.states { states.append(state) }
            return states
        }
        let run = Task { try await listener.run() }
        try await eventually("it is ready") { listener.state.isReady }
        try await bench.write("one")
        try await eventually("it is handled") { listener.state.handled == 1 }
        #expect(listener.state.consumed == 1 && listener.state.handlerTime.count == 1 && listener.state.lag == 0)
        run.cancel()
        #expect(try await run.value.handled == 1)
        let states = await watching.value
        #expect(states.contains(where: \.isReady) && states.last?.isReady == false && states.last?.handled == 1)
        #expect(listener.state.isReady == false)
    }

    @Test(.broker(requires: .transactions)) func twoOfOneNameDoNotRunInOneProcess() async throws {
        let bench = try await ListenerBench("names")
        _ = try await bench.run([ListenerTopic(bench.source) { _, _ in }]) { listener in
            try await eventually("it is ready") { listener.state.isReady }
            let twin = try RetryListener(bench.configuration(), topics: [ListenerTopic(bench.source) { _, _ in }])
            let error = await #expect(throws: KafkaRetryError.self) { try await twin.run() }
            #expect(error?.code == .configuration && error?.remedy.contains("listener") == true)
        }
    }

    @Test(.broker(requires: .transactions, .fencing)) func twoMembersShareThePartitionsAndHandleEachRecordOnce() async throws {
        let bench = try await ListenerBench("members", partitions: 4)
        try await bench.write((0..<200).map { TestRecord(to: bench.topics.source, Int32($0 % 4), number: $0) })
        let policy = try ListenerBench.quick
        let topic = ListenerTopic(bench.source, settings: TopicSettings(policy: policy)) { record, context in
            bench.note(context)
            if context.attempt == 1, (Int(record.text) ?? 0) % 5 == 0 { throw Trouble() }
            return .done(writing: ProducerRecord(to: KafkaTopic(bench.topics.deadLetter), value: record.text))
        }
        let first = try RetryListener(bench.configuration("one"), topics: [topic])
        let second = try RetryListener(bench.configuration("two"), topics: [topic])
        async let one = first.run()
        try await eventually("the first one has begun") { first.state.handled > 0 }
        async let two = second.run()
        try await bench.write((200..<400).map { TestRecord(to: bench.topics.source, Int32($0 % 4), number: $0) })
        try await eventually("both are ready") { first.state.isReady && second.state.isReady }
        try await bench.write((400..<600).map { TestRecord(to: bench.topics.source, Int32($0 % 4), number: $0) })
        try await eventually("all are handled") { first.state.handled + second.state.handled == 600 }
        first.stop()
        second.stop()
        let (left, right) = (try await one, try await two)
        #expect(left.handled + right.handled == 600 && left.retried + right.retried == 120)
        let written = try await bench.records(bench.topics.deadLetter, partitions: 4).compactMap(\.number).sorted()
        #expect(written == Array(0..<600), "what handlers handed back was written once each")
    }
}
