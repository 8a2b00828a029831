import KafkaRetry
import RDKafka
import RetryCore

/// The library's relay of one topic, run until its account says so.
struct RelayRun {
    var bootstrap: String
    var topic: String
    var group: String
    var memory: ByteSize?

    /// When the group was joined and when the account was as wanted; what was measured then.
    struct Times: Sendable {
        var start: ContinuousClock.Instant
        var joined: ContinuousClock.Instant
        var done: ContinuousClock.Instant
        var resident: ResidentMemory
    }

    private enum Event: Sendable {
        case joined(ContinuousClock.Instant)
        case done(ContinuousClock.Instant, ResidentMemory)
    }

    /// Relays until `isDone`, then stops.
    func run(until isDone: @escaping @Sendable (RelayAccount) -> Bool) async throws -> Times {
        var configuration = RelayConfiguration(bootstrapServers: [bootstrap], topics: [KafkaTopic(topic)], instance: group)
        configuration.group = group
        if let memory { configuration.memory = memory }
        let topics = try await RelayTopics.prepare(configuration, log: .silent)
        let relay = Relay(configuration, topics: topics)
        let (events, tell) = AsyncStream<Event>.makeStream()
        let start = ContinuousClock.now
        let account = try await relay.run {
            tell.yield(.joined(.now))
        } onAccount: { account in
            guard isDone(account) else { return }
            tell.yield(.done(.now, .now))
            relay.stop()
        }
        tell.finish()
        var (joined, done): (ContinuousClock.Instant?, (ContinuousClock.Instant, ResidentMemory)?) = (nil, nil)
        for await event in events {
            switch event {
            case .joined(let time): joined = joined ?? time
            case .done(let time, let resident): done = done ?? (time, resident)
            }
        }
        guard let joined, let done else { throw BenchmarkFailure("the relay ended early: \(account)") }
        return Times(start: start, joined: joined, done: done.0, resident: done.1)
    }
}
