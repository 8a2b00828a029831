import KafkaRetry
import RDKafka
import RetryCore

/// The library's relay of one topic, run until its account says so.
struct RelayRun {
    var bootstrap: String
    var topic: String
    var group: String
    /// When the group was joined and when the account was as wanted, and the processor time between the two.
    struct Times: Sendable {
        var joined: ContinuousClock.Instant
        var done: ContinuousClock.Instant
        var processor: Duration
    }

    private enum Event: Sendable {
        case joined(ContinuousClock.Instant, Duration)
        case done(ContinuousClock.Instant, Duration)
    }

    /// Relays until `isDone`, then stops.
    func run(until isDone: @escaping @Sendable (RelayAccount) -> Bool) async throws -> Times {
        var configuration = RelayConfiguration(bootstrapServers: [bootstrap], topics: [KafkaTopic(topic)], instance: group)
        configuration.group = group
        let topics = try await RelayTopics.prepare(configuration, log: .silent)
        let relay = Relay(configuration, topics: topics)
        let (events, tell) = AsyncStream<Event>.makeStream()
        let account = try await relay.run {
            tell.yield(.joined(.now, ProcessorTime.now))
        } onAccount: { account in
            guard isDone(account) else { return }
            tell.yield(.done(.now, ProcessorTime.now))
            relay.stop()
        }
        tell.finish()
        var (joined, done): ((ContinuousClock.Instant, Duration)?, (ContinuousClock.Instant, Duration)?) = (nil, nil)
        for await event in events {
            switch event {
            case .joined(let time, let processor): joined = joined ?? (time, processor)
            case .done(let time, let processor): done = done ?? (time, processor)
            }
        }
        guard let joined, let done else { throw BenchmarkFailure("the relay ended early: \(account)") }
        return Times(joined: joined.0, done: done.0, processor: done.1 - joined.1)
    }
}
