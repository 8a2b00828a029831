import RetryCore
import Synchronization

/// Runs handlers' calls on Swift's cooperative pool: of each topic's first handlings, and of its retries, as many at a time as they have
/// slots. The others wait here, in order.
///
/// A slot's task runs one call after the other, since a task of its own costs as much as a short call. It is no child of the listener's task,
/// whose cancellation means "finish what has begun": it is cancelled with the call that it runs, and ``end(_:)`` cancels and awaits all.
final class HandlerPool: Sendable {
    /// What happened since it was asked for last. Of a call that began and ended the end alone is told.
    struct News: Sendable {
        var began: [(id: Int, at: Timestamp)] = []
        /// Calls that have ended, in this order.
        var handled: [(id: Int, outcomes: [HandlingOutcome])] = []
        /// Calls that never began.
        var withdrawn: [Int] = []

        var isEmpty: Bool { handled.isEmpty && withdrawn.isEmpty }
    }

    private struct Kind: Hashable {
        var topic: KafkaTopic
        var isRetry: Bool
    }

    /// The calls of one kind.
    private struct Line {
        let slots: Int
        var workers = 0
        var waiting = Fifo<(call: HandlerCall, since: ContinuousClock.Instant)>()

        init(slots: Int) { self.slots = slots }
    }

    /// A slot's task and what it runs.
    private struct Worker {
        var task: Task<Void, Never>?
        var id = 0
        var place: TopicPartition?
        var offset: Int64 = 0
        /// When its call began, until that is told.
        var began: Timestamp?
        /// Whether it is among those of which there may be something to tell.
        var isListed = false
        /// Its task is cancelled, or about to be, for the sake of the call that it runs: it takes no other.
        var isCancelled = false

        mutating func take(_ call: HandlerCall, at moment: Timestamp?) {
            (id, place, offset, began) = (call.id, call.place, call.items.first?.record.offset ?? 0, moment)
        }
    }

    private struct Content {
        var lines: [Kind: Line] = [:]
        var workers: [Int: Worker] = [:]
        var lastWorker = 0
        var listed: [Int] = []
        /// Calls that are over, and not those that began.
        var over = News()
        var meter = HandlerMeter()

        mutating func end(_ run: Run, isAbandoned: Bool) {
            guard let outcomes = run.outcomes else { return over.withdrawn.append(run.call.id) }
            over.handled.append((run.call.id, outcomes))
            meter.count(run.call, outcomes, run.reading, isAbandoned: isAbandoned)
        }

        /// The next one that waits. After the clock was set back some have to wait for their time again, and never begin.
        mutating func nextDue(_ kind: Kind, now: Timestamp) -> (call: HandlerCall, since: ContinuousClock.Instant)? {
            while let next = lines[kind]?.waiting.popFirst() {
                if next.call.isDue(at: now) { return next }
                over.withdrawn.append(next.call.id)
            }
            return nil
        }

        /// There may be something to tell of this worker.
        mutating func list(_ number: Int) {
            guard workers[number]?.isListed == false else { return }
            workers[number]?.isListed = true
            listed.append(number)
        }
    }

    /// A call that a worker has run, or, without outcomes, was kept from beginning.
    fileprivate struct Run {
        var call: HandlerCall
        var outcomes: [HandlingOutcome]?
        var reading: (elapsed: Duration, lateness: [Duration])?
    }

    private let handlers: [KafkaTopic: TopicHandler]
    private let clock: any RetryClock
    /// How long a call may wait for its begin before others may have its records.
    private let standstill: StandstillWatch
    private let wakeUp: @Sendable () -> Void
    private let content = Mutex(Content())
    /// A worker whose calls never wait lets the other tasks of the process run after so many.
    private static let mostInRow = 64

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
    var meter: (HandlerMeter, running: Int) { content.withLock { ($0.meter, $0.workers.count) } }

    /// Starts calls, in this order, as slots are free. Does not wait for them.
    func start(_ calls: [HandlerCall]) {
        guard !calls.isEmpty else { return }
        let now = ContinuousClock.now
        content.withLock { content in
            var left = calls[...]
            while let first = left.first {
                // Those of one partition come together.
                let calls = left.prefix { $0.place == first.place }
                left = left[calls.endIndex...]
                let kind = kind(of: first)
                for call in calls { content.lines[kind, default: line(kind)].waiting.append((call, now)) }
                addWorkers(kind, &content)
            }
        }
    }

    /// Asks a call to end, or drops it if it has not begun. It is told of like any other when it is over.
    func cancel(_ id: Int) {
        if withdraw([id]) { return }
        let task = content.withLock { content -> Task<Void, Never>? in
            guard let number = content.workers.first(where: { $0.value.id == id })?.key else { return nil }
            content.workers[number]?.isCancelled = true
            return content.workers[number]?.task
        }
        // Handlers' own code may run here.
        task?.cancel()
    }

    /// Drops those of these calls that wait for a slot. True if any did.
    @discardableResult
    func withdraw(_ ids: [Int]) -> Bool {
        let wanted = Set(ids)
        let (count, isFirst) = content.withLock { content in
            let (isFirst, before) = (content.over.isEmpty, content.over.withdrawn.count)
            for kind in Array(content.lines.keys) {
                let calls = content.lines[kind]?.waiting.remove { wanted.contains($0.call.id) } ?? []
                content.over.withdrawn += calls.map(\.call.id)
            }
            return (content.over.withdrawn.count - before, isFirst && !content.over.isEmpty)
        }
        if isFirst { wakeUp() }
        return count > 0
    }

    /// Takes away what there is to tell.
    func takeNews() -> News {
        content.withLock { content in
            var news = News()
            swap(&news, &content.over)
            for number in content.listed {
                guard let worker = content.workers[number] else { continue }
                content.workers[number]?.isListed = false
                guard let began = worker.began else { continue }
                content.workers[number]?.began = nil
                news.began.append((worker.id, began))
            }
            content.listed.removeAll(keepingCapacity: true)
            return news
        }
    }

    /// Cancels what still runs, and waits until all of it has ended, however long that takes: nothing runs on behind a caller's back.
    func end(_ log: RetryLogger) async {
        let left = content.withLock { content in
            content.lines = [:]
            for number in Array(content.workers.keys) { content.workers[number]?.isCancelled = true }
            return content.workers.values.map { $0 }
        }
        guard !left.isEmpty else { return }
        log.warning(
            "handlers that still run are cancelled and waited for; their records are handled again",
            [
                .count: LogValue(left.count),
                .partitions: .list(left.compactMap { worker in worker.place.map { "\($0) at \(worker.offset)" } }.sorted()),
                .hint: "a handler that ignores cancellation holds up the end of run()",
            ])
        for worker in left { worker.task?.cancel() }
        for worker in left { await worker.task?.value }
        log.info("all handlers have ended")
    }

    // MARK: - Slots

    private func kind(of call: HandlerCall) -> Kind {
        Kind(topic: call.sourceTopic, isRetry: call.place.topic == handlers[call.sourceTopic]?.retryTopic)
    }

    private func line(_ kind: Kind) -> Line {
        guard let handler = handlers[kind.topic] else { return Line(slots: 1) }
        return Line(slots: kind.isRetry ? handler.retryConcurrency : handler.concurrency)
    }

    /// As many as there are slots for, and calls.
    private func addWorkers(_ kind: Kind, _ content: inout Content) {
        guard let line = content.lines[kind] else { return }
        let count = min(line.slots - line.workers, line.waiting.count)
        guard count > 0 else { return }
        content.lines[kind]?.workers += count
        for _ in 0..<count {
            content.lastWorker += 1
            let number = content.lastWorker
            content.workers[number] = Worker(task: Task { await work(number, kind) })
        }
    }

    private func work(_ number: Int, _ kind: Kind) async {
        var last: Run?
        var calls = 0
        while let next = next(for: number, kind, after: last) {
            last = await run(next.call, number, began: next.began)
            calls += 1
            if calls % Self.mostInRow == 0 { await Task.yield() }
        }
    }

    /// Tells what the worker's last call came to, and takes its next one, which begins now unless it is too late for that. A worker without
    /// one ends; so does one that was cancelled, in whose place another one comes.
    private func next(for number: Int, _ kind: Kind, after last: Run?) -> (call: HandlerCall, began: Timestamp?)? {
        let (now, instant) = (clock.now, ContinuousClock.now)
        let (next, isFirst) = content.withLock { content -> ((call: HandlerCall, began: Timestamp?)?, Bool) in
            let isCancelled = content.workers[number]?.isCancelled ?? true
            let wasEmpty = content.over.isEmpty
            if let last { content.end(last, isAbandoned: isCancelled) }
            guard !isCancelled, let (call, since) = content.nextDue(kind, now: now) else {
                content.workers[number] = nil
                content.lines[kind]?.workers -= 1
                addWorkers(kind, &content)
                return (nil, wasEmpty && !content.over.isEmpty)
            }
            let began = instant - since < standstill.bound ? now : nil
            content.workers[number]?.take(call, at: began)
            content.list(number)
            return ((call, began), wasEmpty && !content.over.isEmpty)
        }
        if isFirst { wakeUp() }
        return next
    }

    private func run(_ call: HandlerCall, _ number: Int, began: Timestamp?) async -> Run {
        var run = Run(call: call)
        let moment = if let began { began } else { await beginLate(number) }
        // What it came to would be dropped, or it would come too early since the clock was set back.
        guard !Task.isCancelled, call.isDue(at: moment), let handler = handlers[call.sourceTopic] else { return run }
        let stopwatch = HandlerStopwatch(call, now: moment)
        run.outcomes = await handler.outcomes(of: call, began: moment)
        run.reading = stopwatch.reading
        return run
    }

    /// The process stood still before a call could begin. If its membership has ended meanwhile, that is known soon, and cancels the call.
    private func beginLate(_ number: Int) async -> Timestamp {
        try? await Task.sleep(for: standstill.pause)
        let now = clock.now
        content.withLock { content in
            content.workers[number]?.began = now
            content.list(number)
        }
        return now
    }
}
