import KafkaRetry
import RetryCore
import Synchronization

/// Owns the listeners of a test: those that it starts it also stops and awaits.
final class ListenerOwner: Sendable {
    private struct State {
        var listeners: [ObjectIdentifier: RetryListener] = [:]
        var failures: [ObjectIdentifier: KafkaRetryError] = [:]
        /// Ended with its listener, once it is known why.
        var ends: [ObjectIdentifier: AsyncStream<Never>.Continuation] = [:]
    }

    private let state = Mutex(State())
    private let started: AsyncStream<ObjectIdentifier>
    private let start: AsyncStream<ObjectIdentifier>.Continuation

    init() { (started, start) = AsyncStream.makeStream() }

    /// Runs `body`, during which listeners may be started, then ends these and lets go of them: they lead to the broker that they are tested
    /// with. Throws what `body` throws; else why a listener failed.
    func run<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                await withDiscardingTaskGroup { running in
                    for await id in started { running.addTask { [self] in await run(id) } }
                }
            }
            let outcome: Result<Answer, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            start.finish()
            for listener in state.withLock({ $0.listeners.values }) { listener.stop() }
            await group.waitForAll()
            state.withLock { $0.listeners = [:] }
            return outcome
        }
        let answer = try outcome.get()
        if let failure = state.withLock({ $0.failures.values.first }) { throw failure }
        return answer
    }

    /// Has a listener run; returns once it is ready. What this throws is told: ``run(_:)`` does not throw it again.
    func start(_ listener: RetryListener) async throws {
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        let id = ObjectIdentifier(listener)
        state.withLock { state in
            state.listeners[id] = listener
            state.ends[id] = end
        }
        let states = listener.states
        if case .terminated = start.yield(id) {
            state.withLock { ($0.listeners[id], $0.ends[id]) = (nil, nil) }
            throw KafkaRetryError(.client, "the embedded broker has ended", remedy: "start listeners within 'run'")
        }
        for await state in states where state.isReady { return }
        // Its states end before it is known why.
        for await _ in ended {}
        try Task.checkCancellation()
        let failure = state.withLock { $0.failures.removeValue(forKey: id) }
        throw failure ?? KafkaRetryError(.client, "the listener was stopped before it had joined its group", remedy: "let it run")
    }

    private func run(_ id: ObjectIdentifier) async {
        guard let listener = state.withLock({ $0.listeners[id] }) else { return }
        do throws(KafkaRetryError) { try await listener.run() } catch {
            state.withLock { $0.failures[id] = error }
        }
        state.withLock { $0.ends.removeValue(forKey: id) }?.finish()
    }
}
