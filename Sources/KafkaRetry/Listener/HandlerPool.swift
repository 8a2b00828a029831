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
        var handled: [(id: Int, outcomes: OneOrMany<HandlingOutcome>)] = []
        /// Calls that never began.
        var withdrawn: [Int] = []

        var isEmpty: Bool { handled.isEmpty && withdrawn.isEmpty }
    }

    /// The calls of one kind: a topic's first handlings, or its retries.
    private struct Line {
        let slots: Int
        var workers = 0
        var waiting = Fifo<(call: HandlerCall, since: ContinuousClock.Instant)>()

        init(slots: Int) { self.slots = slots }
    }

    /// A slot's task and what it runs.
    private struct Worker {
        var task: Task<Void, Never>?
        var call: HandlerCall?
        /// When its call began, until that is told.
        var began: Timestamp?
        /// Whether it is among those of which there may be something to tell.
        var isListed = false
        /// Its task is cancelled, or about to be, for the sake of the call that it runs: it takes no other.
        var isCancelled = false
    }

    private struct Content {
        /// By kind → ``HandlerPool/kind(of:)``.
        var lines: [Line]
        /// By number; where there is none, another one may come.
        var workers: [Worker?] = []
        var vacant: [Int] = []
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
        mutating func nextDue(_ kind: Int, now: Timestamp) -> (call: HandlerCall, since: ContinuousClock.Instant)? {
            while let next = lines[kind].waiting.popFirst() {
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

        mutating func leave(_ number: Int, _ kind: Int) {
            workers[number] = nil
            vacant.append(number)
            lines[kind].workers -= 1
        }
    }

    /// A call that a worker has run, or, without outcomes, was kept from beginning.
    fileprivate struct Run {
        var call: HandlerCall
        var outcomes: OneOrMany<HandlingOutcome>?
        var reading: HandlerMeter.Reading?
    }

    private let handlers: [KafkaTopic: TopicHandler]
    /// By topic, in the order of their kinds.
    private let topics: [KafkaTopic: Int]
    private let clock: any RetryClock
    /// How long a call may wait for its begin before others may have its records.
    private let standstill: StandstillWatch
    private let wakeUp: @Sendable () -> Void
    private let content: Mutex<Content>
    /// A worker whose calls never wait lets the other tasks of the process run after so many.
    private static let mostInRow = 64

    /// - Parameter wakeUp: called when a call has ended and all that ended before it has been taken: take what there is then.
    init(
        _ handlers: [KafkaTopic: TopicHandler], clock: any RetryClock, standstill: StandstillWatch,
        wakeUp: @escaping @Sendable () -> Void
    ) {
        self.handlers = handlers
        let names = handlers.keys.sorted { $0.name < $1.name }
        topics = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        content = Mutex(
            Content(
                lines: names.compactMap { handlers[$0] }.flatMap { [Line(slots: $0.concurrency), Line(slots: $0.retryConcurrency)] }))
        self.clock = clock
        self.standstill = standstill
        self.wakeUp = wakeUp
    }

    /// What the calls came to so far, and how many run.
    var meter: (HandlerMeter, running: Int) { content.withLock { ($0.meter, $0.workers.count - $0.vacant.count) } }

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
                guard let kind = kind(of: first) else {
                    // None comes that nobody handles; it would not begin.
                    content.over.withdrawn += calls.map(\.id)
                    continue
                }
                for call in calls { content.lines[kind].waiting.append((call, now)) }
                addWorkers(kind, &content)
            }
        }
    }

    /// Asks a call to end, or drops it if it has not begun. It is told of like any other when it is over.
    func cancel(_ id: Int) {
        if withdraw([id]) { return }
        let task = content.withLock { content -> Task<Void, Never>? in
            guard let number = content.workers.firstIndex(where: { $0?.call?.id == id }) else { return nil }
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
            for kind in content.lines.indices {
                let calls = content.lines[kind].waiting.remove { wanted.contains($0.call.id) }
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
                guard let began = worker.began, let call = worker.call else { continue }
                content.workers[number]?.began = nil
                news.began.append((call.id, began))
            }
            content.listed.removeAll(keepingCapacity: true)
            return news
        }
    }

    /// Cancels what still runs, and waits until all of it has ended, however long that takes: nothing runs on behind a caller's back.
    func end(_ log: RetryLogger) async {
        let left = content.withLock { content in
            for kind in content.lines.indices { content.lines[kind].waiting = Fifo() }
            for number in content.workers.indices { content.workers[number]?.isCancelled = true }
            return content.workers.compactMap(\.self)
        }
        guard !left.isEmpty else { return }
        log.warning(
            "handlers that still run are cancelled and waited for; their records are handled again",
            [
                .count: LogValue(left.count),
                .partitions: .list(left.compactMap { $0.call.map { "\($0.place) at \($0.items.first?.record.offset ?? 0)" } }.sorted()),
                .hint: "a handler that ignores cancellation holds up the end of run()",
            ])
        for worker in left { worker.task?.cancel() }
        for worker in left { await worker.task?.value }
        log.info("all handlers have ended")
    }

    // MARK: - Slots

    private func kind(of call: HandlerCall) -> Int? {
        guard let topic = topics[call.sourceTopic] else { return nil }
        return topic * 2 + (call.place.topic == handlers[call.sourceTopic]?.retryTopic ? 1 : 0)
    }

    /// As many as there are slots for, and calls.
    private func addWorkers(_ kind: Int, _ content: inout Content) {
        let count = min(content.lines[kind].slots - content.lines[kind].workers, content.lines[kind].waiting.count)
        guard count > 0 else { return }
        content.lines[kind].workers += count
        for _ in 0..<count {
            let number = content.vacant.popLast() ?? content.workers.count
            if number == content.workers.count { content.workers.append(nil) }
            content.workers[number] = Worker(task: Task { await work(number, kind) })
        }
    }

    private func work(_ number: Int, _ kind: Int) async {
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
    private func next(for number: Int, _ kind: Int, after last: Run?) -> (call: HandlerCall, began: Timestamp?)? {
        let (now, instant) = (clock.now, ContinuousClock.now)
        let (next, isFirst) = content.withLock { content -> ((call: HandlerCall, began: Timestamp?)?, Bool) in
            let isCancelled = content.workers[number]?.isCancelled ?? true
            let wasEmpty = content.over.isEmpty
            if let last { content.end(last, isAbandoned: isCancelled) }
            guard !isCancelled, let (call, since) = content.nextDue(kind, now: now) else {
                content.leave(number, kind)
                addWorkers(kind, &content)
                return (nil, wasEmpty && !content.over.isEmpty)
            }
            let began = instant - since < standstill.bound ? now : nil
            content.workers[number]?.call = call
            content.workers[number]?.began = began
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
        let start = ContinuousClock.now
        run.outcomes = await handler.outcomes(of: call, began: moment)
        run.reading = HandlerMeter.Reading(began: moment, elapsed: .now - start)
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
