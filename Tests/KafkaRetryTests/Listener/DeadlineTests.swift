import KafkaRetry
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// Handlers that take too long.
@Suite struct DeadlineTests {
    @Test(.broker(requires: .transactions)) func aHandlerThatHangsIsCancelledAndItsRecordRetried() async throws {
        let bench = try await ListenerBench("hangs")
        try await bench.write("hangs", "goes")
        let isCancelled = Mutex(false)
        let settings = TopicSettings(policy: try ListenerBench.quick, deadline: .milliseconds(300))
        let account = try await bench.run([
            ListenerTopic(bench.source, settings: settings) { record, context in
                bench.note(context)
                guard record.text == "hangs", context.attempt == 1 else { return }
                #expect(context.deadline != nil)
                do { try await Task.sleep(for: .seconds(3_600)) } catch {
                    isCancelled.withLock { $0 = true }
                    throw error
                }
            }
        ]) { listener in
            try await eventually("both are handled") { listener.state.handled == 2 }
            try await eventually("the first call was given up") { listener.state.attempts.abandoned == 1 }
        }
        #expect(isCancelled.withLock { $0 } && account.retried == 1)
        let second = try #require(bench.seen.last { $0.record.text == "hangs" })
        #expect(second.attempt == 2 && second.entity.exceptionType == "HandlerDeadlineExceeded")
        #expect(bench.log.all.contains { $0.contains("did not answer by its deadline") })
    }

    /// It is the listener that polls, not the handler.
    @Test(.broker(requires: .transactions)) func aHandlerThatOutlastsTheLongestPollIntervalCostsNothing() async throws {
        let bench = try await ListenerBench("outlasts")
        try await bench.write("takes long", "goes", key: "k")
        let configuration = bench.configuration {
            $0.properties["session.timeout.ms"] = "6000"
            $0.properties["max.poll.interval.ms"] = "6000"
        }
        let topic = ListenerTopic(bench.source) { record, context in
            bench.note(context)
            if record.text == "takes long" { try await Task.sleep(for: .seconds(10)) }
        }
        let account = try await bench.run([topic], with: configuration) { listener in
            try await eventually("both are handled") { listener.state.handled == 2 }
        }
        #expect(account.handled == 2 && account.retried == 0)
        #expect(bench.seen.map(\.record.text) == ["takes long", "goes"], "each once, in order")
        let left = bench.log.all.filter { $0.contains("the membership has ended") || $0.contains("maximum poll interval") }
        #expect(left.isEmpty)
    }

    @Test(.broker(requires: .transactions)) func aHandlerThatIgnoresCancellationKeepsItsSlotAlone() async throws {
        let bench = try await ListenerBench("deaf")
        try await bench.write("deaf", "one", "two", "three")
        let mayEnd = Mutex(false)
        let hasEnded = Mutex(false)
        let settings = TopicSettings(
            policy: try RetryPolicy.fixed(.milliseconds(50), retries: 3), order: .unordered, concurrency: 2, deadline: .milliseconds(300))
        let configuration = bench.configuration { $0.stopTime = .milliseconds(500) }
        let listener = try RetryListener(
            configuration,
            topics: [
                ListenerTopic(bench.source, settings: settings) { record, context in
                    bench.note(context)
                    guard record.text == "deaf", context.attempt == 1 else { return }
                    while !mayEnd.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(20)) }
                    hasEnded.withLock { $0 = true }
                }
            ], log: RetryLogger(level: .debug, handler: bench.log))
        async let account = listener.run()
        try await eventually("all are handled, the deaf one by its retry") { listener.state.handled == 4 }
        #expect(listener.state.running == 1)
        listener.stop()
        try await eventually("run says for whom it waits") { bench.log.all.contains { $0.contains("cancelled and waited for") } }
        mayEnd.withLock { $0 = true }
        let stood = try await account
        #expect(hasEnded.withLock { $0 }, "nothing runs on behind a caller's back")
        #expect(stood.handled == 4 && stood.retried == 1 && listener.state.running == 0)
    }
}
