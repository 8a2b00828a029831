import KafkaRetry
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// What a listener does when handlers cannot keep up, or nearly all of them fail.
@Suite struct BackPressureTests {
    @Test(.broker(requires: .transactions)) func whileNearlyEverythingFailsRecordsStayWhereTheyAre() async throws {
        let bench = try await ListenerBench("breaker")
        try await bench.write((0..<300).map { TestRecord(to: bench.topics.source, number: $0) })
        let isDown = Mutex(true)
        var breaker = BreakerSettings()
        breaker.minimum = 10
        breaker.window = 10
        breaker.pause = .milliseconds(100)
        breaker.longestPause = .milliseconds(200)
        let settings = TopicSettings(policy: try .fixed(.milliseconds(10), retries: 30), concurrency: 4, breaker: breaker)
        let account = try await bench.run([
            ListenerTopic(bench.source, settings: settings) { record, context in
                if isDown.withLock({ $0 }) { throw Trouble() }
            }
        ]) { listener in
            let states = listener.states
            async let watched = states.reduce(0) { $0 + ($1.openBreakers == [bench.source] ? 1 : 0) }
            try await eventually("the breaker opens") { listener.state.openBreakers == [bench.source] }
            try await Task.sleep(for: .seconds(1))
            #expect(listener.state.attempts.failed < 60, "a few probes, not all that there is")
            isDown.withLock { $0 = false }
            try await eventually("all are handled") { listener.state.handled == 300 }
            #expect(listener.state.openBreakers.isEmpty)
            listener.stop()
            #expect(await watched > 0, "who watches is told at once")
        }
        #expect(account.deadLettered == 0 && account.handled == 300)
        #expect(bench.log.all.contains { $0.hasPrefix("error") && $0.contains("nearly every record fails") })
    }

    @Test(.broker(requires: .transactions)) func aTopicThatComesFasterThanItIsHandledIsPaused() async throws {
        let bench = try await ListenerBench("paused")
        let value = [UInt8](repeating: 7, count: 1_000)
        try await bench.write((0..<5_000).map { _ in TestRecord(to: bench.topics.source, value: value) })
        let configuration = bench.configuration { $0.memory = ByteSize.mebibytes(4) }
        let isFree = Mutex(false)
        let account = try await bench.run(
            [
                ListenerTopic(bench.source) { _, _ in
                    while !isFree.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
                }
            ], with: configuration
        ) { listener in
            try await eventually("it is paused") { listener.state.pausedTopics == [bench.source] }
            #expect(listener.state.consumed < 5_000)
            isFree.withLock { $0 = true }
            try await eventually("all are handled") { listener.state.handled == 5_000 }
            #expect(listener.state.pausedTopics.isEmpty && listener.state.waiting == 0)
        }
        #expect(account.handled == 5_000)
    }

    /// librdkafka keeps a pause over a revocation.
    @Test(.broker(requires: .transactions)) func aPausedPartitionThatLeavesAndComesBackIsReadAgain() async throws {
        let bench = try await ListenerBench("paused-away")
        let value = [UInt8](repeating: 7, count: 1_000)
        try await bench.write((0..<5_000).map { _ in TestRecord(to: bench.topics.source, value: value) })
        func configuration(_ instance: String) -> ListenerConfiguration {
            bench.configuration(instance) {
                $0.memory = ByteSize.mebibytes(4)
                $0.revocationGrace = .milliseconds(200)
                // All partitions leave whenever a member comes; the first one by name gets the only one.
                $0.properties["partition.assignment.strategy"] = "range"
            }
        }
        let isFree = Mutex(false)
        let topic = ListenerTopic(bench.source) { _, _ in
            while !isFree.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
        }
        _ = try await bench.run([topic], with: configuration("a")) { listener in
            try await eventually("it is paused") { listener.state.pausedTopics == [bench.source] }
            let other = try RetryListener(configuration("b"), topics: [topic])
            async let ended = other.run()
            try await eventually("all has left") { bench.log.all.contains { $0.contains("revoked") } }
            try await eventually("it has come back") { bench.log.all.count { $0.contains(" assigned") } > 1 }
            isFree.withLock { $0 = true }
            try await eventually("all are handled") { listener.state.handled + other.state.handled == 5_000 }
            other.stop()
            _ = try await ended
        }
    }

    @Test(.broker) func atLeastOnceItHandlesAndRetriesToo() async throws {
        let bench = try await ListenerBench("at-least-once")
        try await bench.write((0..<50).map { TestRecord(to: bench.topics.source, number: $0) })
        let configuration = bench.configuration { $0.delivery = .atLeastOnce }
        let account = try await bench.run(
            [
                ListenerTopic(bench.source, settings: TopicSettings(policy: try ListenerBench.quick)) { record, context in
                    if context.attempt == 1, (Int(record.text) ?? 0) % 2 == 0 { throw Trouble() }
                    return .done(writing: ProducerRecord(to: KafkaTopic(bench.topics.deadLetter), value: record.text))
                }
            ], with: configuration
        ) { listener in
            try await eventually("all are handled") { listener.state.handled == 50 }
        }
        #expect(account.retried == 25)
        #expect(try await bench.dead.compactMap(\.number).sorted() == Array(0..<50))
    }
}
