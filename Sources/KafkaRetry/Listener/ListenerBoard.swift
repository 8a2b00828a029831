import RetryCore
import Synchronization

/// What there is to see of a listener, and who watches it.
final class ListenerBoard: Sendable {
    private struct Content {
        var report = MemberReport()
        var openBreakers: Set<KafkaTopic> = []
        var deadLettered: [DeadLetterReason: Int] = [:]
        var watchers: [Int: AsyncStream<ListenerState>.Continuation] = [:]
        var lastWatcher = 0
        var isOver = false
        var shown: ListenerState?
        var nextShow = ContinuousClock.now
    }

    private let content = Mutex(Content())
    private let pool: HandlerPool

    /// What only counts on is shown to watchers this often.
    private static let interval: Duration = .seconds(1)

    init(_ pool: HandlerPool) { self.pool = pool }

    /// What a member's loop has to tell goes here.
    var events: MemberEvents {
        MemberEvents(
            report: { [self] report in change { $0.report = report } },
            notice: { [self] notice in take(notice) })
    }

    /// As it stands.
    var state: ListenerState {
        let (content, meter) = (content.withLock { $0 }, pool.meter)
        return Self.state(content, meter.0, running: meter.running)
    }

    /// The state now and when it has changed, until the listener has ended.
    func watch() -> AsyncStream<ListenerState> {
        let meter = pool.meter
        let (states, watcher) = AsyncStream.makeStream(of: ListenerState.self, bufferingPolicy: .bufferingNewest(1))
        let (number, isOver) = content.withLock { content in
            content.lastWatcher += 1
            if !content.isOver { content.watchers[content.lastWatcher] = watcher }
            // Under the lock: what changes from now on comes behind it.
            watcher.yield(Self.state(content, meter.0, running: meter.running))
            return (content.lastWatcher, content.isOver)
        }
        watcher.onTermination = { [weak self] _ in self?.content.withLock { $0.watchers[number] = nil } }
        if isOver { watcher.finish() }
        return states
    }

    /// The listener has ended.
    func end() {
        content.withLock { ($0.report.isMember, $0.isOver, $0.openBreakers, $0.report.paused) = (false, true, [], []) }
        let state = state
        let watchers = content.withLock { content in
            defer { content.watchers = [:] }
            return content.watchers
        }
        for watcher in watchers.values {
            watcher.yield(state)
            watcher.finish()
        }
    }

    private func take(_ notice: HopNotice) {
        switch notice {
        case .breakerOpened(let topic): change { $0.openBreakers.insert(topic) }
        case .breakerClosed(let topic): change { $0.openBreakers.remove(topic) }
        case .deadLettered(_, _, let count, let reason): change { $0.deadLettered[reason, default: 0] += count }
        default: break
        }
    }

    private func change(_ body: (inout Content) -> Void) {
        let now = ContinuousClock.now
        let meter = pool.meter
        let (state, watchers) = content.withLock { content -> (ListenerState?, [AsyncStream<ListenerState>.Continuation]) in
            body(&content)
            guard !content.watchers.isEmpty else { return (nil, []) }
            let state = Self.state(content, meter.0, running: meter.running)
            guard state != content.shown, now >= content.nextShow || state.alarms != content.shown?.alarms else { return (nil, []) }
            (content.shown, content.nextShow) = (state, now + Self.interval)
            return (state, Array(content.watchers.values))
        }
        guard let state else { return }
        for watcher in watchers { watcher.yield(state) }
    }

    private static func state(_ content: Content, _ meter: HandlerMeter, running: Int) -> ListenerState {
        var state = ListenerState()
        let report = content.report
        state.isReady = report.isMember
        state.consumed = report.consumed
        state.handled = report.account.handled
        state.retried = report.account.retried
        state.deadLettered = content.deadLettered
        state.attempts = meter.attempts
        state.running = running
        state.waiting = report.waiting
        state.nextDue = report.nextDue
        state.lateness = meter.lateness
        state.handlerTime = meter.handlerTime
        state.lag = report.lag
        state.held = report.held
        state.lost = report.account.lost
        state.passedOver = report.account.passedOver
        state.pausedTopics = Set(report.paused.map { KafkaTopic($0.topic) })
        state.openBreakers = content.openBreakers
        return state
    }
}
