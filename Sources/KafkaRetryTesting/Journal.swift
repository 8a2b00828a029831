import KafkaRetry
import RetryCore
import Synchronization

/// What listeners did, in order, and who waits for more of it.
final class Journal: ListenerObserver {
    /// One call of a handler for one record.
    struct Attempt: Sendable {
        /// What became of it.
        enum Outcome: Sendable {
            case running
            /// It is done, and that is not committed.
            case done
            /// It is done, and that is committed.
            case handled
            case failed(RetryFailure)
            case failedForGood(RetryFailure, DeadLetterReason)
            /// What it came to was dropped.
            case abandoned
        }

        var number: Int
        var topic: KafkaTopic
        var record: KafkaRecord
        var began: Timestamp
        var outcome = Outcome.running
    }

    struct Content: Sendable {
        var attempts: [Attempt] = []
        /// Why listeners have ended, where ``EmbeddedKafka/listen(_:topics:log:)`` has not said so.
        var failures: [ListenerName: KafkaRetryError] = [:]
        /// The listeners that run, and whether each has all partitions of its group for itself.
        var running: [ListenerName: Bool] = [:]
    }

    private struct State {
        var content = Content()
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
    }

    private let state = Mutex(State())
    private let clock: ManualClock

    init(_ clock: ManualClock) { self.clock = clock }

    var content: Content { state.withLock { $0.content } }

    /// A signal now, and then whenever there may be something new.
    func changes() -> AsyncStream<Void> {
        let (changes, watcher) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = watcher
            return state.lastWatcher
        }
        watcher.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers[number] = nil } }
        watcher.yield()
        return changes
    }

    /// A listener is about to run. Throws if it, or one that runs in its group, would not be alone where it has to be.
    func starts(_ listener: ListenerName, isAlone: Bool) throws(KafkaRetryError) {
        let isAdmitted = state.withLock { state in
            let others = state.content.running.filter { $0.key.group == listener.group }
            guard others.isEmpty || !isAlone && !others.values.contains(true) else { return false }
            state.content.running[listener] = isAlone
            state.content.failures[listener] = nil
            return true
        }
        guard !isAdmitted else { return }
        throw KafkaRetryError(
            .configuration, "of several listeners of group \(listener.group) one is to have all its partitions",
            remedy: "make their configurations with sharesGroup: true")
    }

    func began(_ contexts: [HandlerContext]) {
        let now = clock.now
        change { content in
            for context in contexts {
                content.attempts.append(
                    Attempt(number: context.attempt, topic: context.topic, record: context.record, began: now))
            }
        }
    }

    func ended(_ contexts: [HandlerContext], _ outcomes: [HandlingOutcome], isAbandoned: Bool) {
        change { content in
            for (index, context) in contexts.enumerated() {
                let outcome = isAbandoned ? .abandoned : Self.outcome(outcomes.indices.contains(index) ? outcomes[index] : nil)
                let attempt = content.attempts.lastIndex { $0.isOf(context.record.source, context.record.offset) && $0.isRunning }
                if let attempt { content.attempts[attempt].outcome = outcome }
            }
        }
    }

    func committed(handled: [TopicPartition: [Int64]]) {
        change { content in
            for (place, offsets) in handled {
                for offset in offsets {
                    let attempt = content.attempts.lastIndex { $0.isOf(place, offset) && $0.isDone }
                    if let attempt { content.attempts[attempt].outcome = .handled }
                }
            }
        }
    }

    func ended(_ listener: ListenerName, _ result: Result<ListenerAccount, KafkaRetryError>) {
        change { content in
            content.running[listener] = nil
            if case .failure(let error) = result { content.failures[listener] = error }
        }
    }

    /// The test has been told why this listener has ended: what it still expects is for others to fulfil.
    func forgetFailure(of listener: ListenerName) { change { $0.failures[listener] = nil } }

    private func change(_ body: (inout Content) -> Void) {
        let watchers = state.withLock { state in
            body(&state.content)
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    private static func outcome(_ outcome: HandlingOutcome?) -> Attempt.Outcome {
        switch outcome {
        case .done: .done
        case .retry(let failure, _): .failed(failure)
        case .deadLetter(let failure, let reason): .failedForGood(failure, reason)
        case nil: .failed(RetryFailure(type: "HandlerOutcome", message: "there was none"))
        }
    }
}

extension Journal.Attempt {
    var isRunning: Bool { if case .running = outcome { true } else { false } }

    var isDone: Bool { if case .done = outcome { true } else { false } }

    var isHandled: Bool { if case .handled = outcome { true } else { false } }

    func isOf(_ place: TopicPartition, _ offset: Int64) -> Bool { record.source == place && record.offset == offset }
}
