import RetryCore
import Synchronization

/// Runs handlers' calls, each in a task of its own on Swift's cooperative pool. It owns these tasks: it cancels those that it is told to,
/// and ``end(_:)`` cancels and awaits the rest.
///
/// They are no children of the listener's task, whose cancellation means "finish what has begun", and would cancel them.
final class HandlerPool: Sendable {
    /// A call that has ended.
    struct Handled: Sendable {
        var id: Int
        var outcomes: [HandlingOutcome]
    }

    private struct Running {
        var task: Task<Void, Never>
        var place: TopicPartition
        var offset: Int64
    }

    private struct Ended {
        var handled: [Handled] = []
        var meter = HandlerMeter()
    }

    private let handlers: [KafkaTopic: TopicHandler]
    private let clock: any RetryClock
    /// How long a call may wait for its begin before others may have its records.
    private let standstill: StandstillWatch
    private let wakeUp: @Sendable () -> Void
    /// What has been started and not been taken back. The loop's thread alone takes this lock, but for who looks how many there are: calls
    /// that end would otherwise wait while others are started (measured: an eighth of all time).
    private let running = Mutex<[Int: Running]>([:])
    private let ended = Mutex(Ended())

    /// - Parameter wakeUp: called when a call has ended and all that ended before it has been taken: take what there is then.
    init(
        _ handlers: [KafkaTopic: TopicHandler], clock: any RetryClock, standstill: StandstillWatch,
        wakeUp: @escaping @Sendable () -> Void
    ) {
        self.handlers = handlers
        self.clock = clock
        self.standstill = standstill
        self.wakeUp = wakeUp
    }

    /// What the calls came to so far, and how many run.
    var meter: (HandlerMeter, running: Int) {
        let count = running.withLock(\.count)
        return ended.withLock { ($0.meter, max(0, count - $0.handled.count)) }
    }

    /// Starts a call. Does not wait for it.
    func start(_ call: HandlerCall) {
        let decided = ContinuousClock.now
        let task = Task { await run(call, decided: decided) }
        let started = Running(task: task, place: call.place, offset: call.items.first?.record.offset ?? 0)
        running.withLock { $0[call.id] = started }
    }

    /// Asks a call to end. It is told of like any other when it does.
    func cancel(_ id: Int) { running.withLock { $0[id]?.task }?.cancel() }

    /// Takes away what has ended.
    func takeHandled() -> [Handled] {
        let handled = ended.withLock { ended in
            guard !ended.handled.isEmpty else { return [Handled]() }
            defer { ended.handled = [] }
            return ended.handled
        }
        guard !handled.isEmpty else { return [] }
        running.withLock { running in
            for call in handled { running[call.id] = nil }
        }
        return handled
    }

    /// Cancels what still runs, and waits until all of it has ended, however long that takes: nothing runs on behind a caller's back.
    func end(_ log: RetryLogger) async {
        _ = takeHandled()
        let left = running.withLock { $0 }
        guard !left.isEmpty else { return }
        log.warning(
            "handlers that still run are cancelled and waited for; their records are handled again",
            [
                .count: LogValue(left.count), .partitions: .list(left.values.map { "\($0.place) at \($0.offset)" }.sorted()),
                .hint: "a handler that ignores cancellation holds up the end of run()",
            ])
        for call in left.values { call.task.cancel() }
        for call in left.values { await call.task.value }
        _ = takeHandled()
        log.info("all handlers have ended")
    }

    private func run(_ call: HandlerCall, decided: ContinuousClock.Instant) async {
        guard let handler = handlers[call.sourceTopic] else { return finish(call, [], nil) }
        // The process stood still before the call could begin. If its membership has ended meanwhile, that is known soon, and cancels the call.
        if .now - decided >= standstill.bound { try? await Task.sleep(for: standstill.pause) }
        // What it came to would be dropped.
        if Task.isCancelled { return finish(call, [], nil) }
        let stopwatch = HandlerStopwatch(call, isRetry: call.place.topic == handler.retryTopic, now: clock.now)
        let outcomes = await handler.outcomes(of: call)
        finish(call, outcomes, stopwatch)
    }

    private func finish(_ call: HandlerCall, _ outcomes: [HandlingOutcome], _ stopwatch: HandlerStopwatch?) {
        let isAbandoned = Task.isCancelled
        let isFirst = ended.withLock { ended in
            ended.meter.count(call, outcomes, stopwatch, isAbandoned: isAbandoned)
            ended.handled.append(Handled(id: call.id, outcomes: outcomes))
            return ended.handled.count == 1
        }
        if isFirst { wakeUp() }
    }
}
