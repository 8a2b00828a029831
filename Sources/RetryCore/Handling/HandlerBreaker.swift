/// Keeps a topic's records where they are while nearly every handling fails, in place of pouring them into retries and dead letters.
///
/// Closed, everything is handled. Open, nothing is. After a pause it is half-open: one call at a time is a probe.
struct HandlerBreaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        case open(until: Timestamp)
        case halfOpen(succeeded: Int)
    }

    private let settings: BreakerSettings
    private(set) var state = State.closed
    /// The latest outcomes while it is closed: whether each was a failure.
    private var outcomes: [Bool] = []
    private var next = 0
    private var failures = 0
    private var pauses = 0

    init(_ settings: BreakerSettings) { self.settings = settings }

    /// Whether calls may start, and if only one at a time.
    mutating func admits(now: Timestamp) -> Admission {
        switch state {
        case .closed: return .all
        case .halfOpen: return .probe
        case .open(let until):
            guard until <= now else { return .none }
            state = .halfOpen(succeeded: 0)
            return .probe
        }
    }

    enum Admission: Sendable { case all, probe, none }

    /// When it lets a probe through though nothing was told to it.
    var nextProbe: Timestamp { if case .open(let until) = state { until } else { .distantFuture } }

    /// The call that is a probe now.
    private(set) var probe: Int?

    /// A call has begun as a probe.
    mutating func began(probe call: Int) { probe = call }

    /// A call has ended, or is overdue. A probe that has not told what it came to may be followed by another.
    mutating func ended(_ call: Int) { if probe == call { probe = nil } }

    /// Learns what a record's handling came to while it is closed, or what a probe did. True if the state changed.
    mutating func record(isFailure: Bool, of call: Int, now: Timestamp) -> Bool {
        switch state {
        case .closed:
            count(isFailure)
            guard isFailure, isTripped else { return false }
            open(now: now)
            return true
        case .halfOpen(let succeeded):
            // Calls that had begun before it opened tell nothing of now.
            guard call == probe else { return false }
            probe = nil
            if isFailure {
                open(now: now)
            } else if succeeded + 1 >= settings.probes {
                close()
            } else {
                state = .halfOpen(succeeded: succeeded + 1)
                return false
            }
            return true
        // Calls that had begun before it opened.
        case .open: return false
        }
    }

    /// The clock was set back: a moment that was computed from it means nothing any more.
    mutating func forgetWaits() { if case .open = state { state = .open(until: .distantPast) } }

    /// So many failures in a row, at least, would open it while it is closed.
    var failuresLeft: Int {
        let (least, seen) = (max(1, settings.minimum), outcomes.count)
        let failed = settings.failureRate * Double(max(least, seen)) - Double(failures)
        return max(least - seen, Int(failed.rounded(.up)), 0)
    }

    private var isTripped: Bool {
        outcomes.count >= max(1, settings.minimum) && Double(failures) >= settings.failureRate * Double(outcomes.count)
    }

    private mutating func count(_ isFailure: Bool) {
        if outcomes.count < max(1, settings.window, settings.minimum) {
            outcomes.append(isFailure)
        } else {
            if outcomes[next] { failures -= 1 }
            outcomes[next] = isFailure
            next = (next + 1) % outcomes.count
        }
        if isFailure { failures += 1 }
    }

    private mutating func open(now: Timestamp) {
        let doubled = settings.pause * Double(1 << min(pauses, 20))
        state = .open(until: now.advanced(by: min(doubled, settings.longestPause)))
        pauses += 1
        probe = nil
    }

    private mutating func close() {
        self = HandlerBreaker(settings)
    }
}
