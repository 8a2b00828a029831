import Foundation
import KafkaRetry
import Synchronization

/// Each record fails once and its retry succeeds, all in process: from the first failure to the last success.
struct RetryCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var records: Int
    var delay: Duration
    /// How many calls handle records at a time, and as many their retries.
    var slots: Int

    /// What the handlers saw.
    private final class Sightings: Sendable {
        private struct Content {
            var first: ContinuousClock.Instant?
            var last: ContinuousClock.Instant?
            var late: [Int64] = []
        }
        private let content = Mutex(Content())

        func failed() { content.withLock { $0.first = $0.first ?? .now } }

        func succeeded(after due: Timestamp?) {
            let now = Timestamp.now.milliseconds
            content.withLock { content in
                content.last = .now
                if let due { content.late.append(now - due.milliseconds) }
            }
        }

        var result: (took: Duration, late: [Int64])? {
            content.withLock { content in
                guard let first = content.first, let last = content.last else { return nil }
                return (last - first, content.late.sorted())
            }
        }
    }

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws(UsageError) {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        records = try arguments.number("N")
        delay = .milliseconds(try arguments.number("DELAY_MS"))
        slots = try arguments.optionalNumber("SLOTS") ?? 16
    }

    func run() async throws -> BenchmarkReport? {
        let topics = try BenchmarkTopics(bootstrap)
        try topics.fill(topic, records: records, size: 100)
        let group = "bench-\(UUID().uuidString.prefix(8))"
        let sightings = Sightings()
        let settings = TopicSettings(
            policy: try .fixed(delay, retries: 1), concurrency: slots, retryConcurrency: slots, breaker: nil)
        let listener = try RetryListener(
            ListenerConfiguration(bootstrapServers: [bootstrap], group: group, instance: group),
            topics: [
                ListenerTopic(KafkaTopic(topic), settings: settings) { _, context in
                    guard context.attempt > 1 else {
                        sightings.failed()
                        return .retry
                    }
                    sightings.succeeded(after: context.due)
                    return .done
                }
            ])
        async let ending = listener.run()
        for await state in listener.states where state.handled + state.deadLettered.values.reduce(0, +) >= records { listener.stop() }
        let account = try await ending
        guard account.handled == records, account.retried == records, let result = sightings.result else {
            throw BenchmarkFailure("not every record failed once and succeeded then: \(account)")
        }
        var report = BenchmarkReport(peer: "swift-kafka-retry listener", records: records, took: result.took)
        report.late = .init(result.late)
        return report
    }
}
