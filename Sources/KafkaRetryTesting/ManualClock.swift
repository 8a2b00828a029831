public import KafkaRetry
import RetryCore
import Synchronization

/// A clock that stands still until it is told to go on: it decides what is due for the listeners of an ``EmbeddedKafka``.
///
/// Back-off, handlers' deadlines and the breaker's pauses go by it. What Kafka's client does (joining a group, fetching, heartbeats) and a
/// listener's stop time take real time.
public final class ManualClock: Sendable {
    private struct State {
        var now: Timestamp
        var wakeUps: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    /// The time at which the clock was made.
    public let start: Timestamp

    /// A clock that stands at `now`, which is this machine's time unless told otherwise.
    public init(now: Timestamp? = nil) {
        start = now ?? SystemClock().now
        state = Mutex(State(now: start))
    }

    /// Where it stands.
    public var now: Timestamp { state.withLock { $0.now } }

    /// How far it has come since it was made, in whole milliseconds.
    public var elapsed: Duration { Self.duration(from: start, to: now) }

    /// Goes on by `duration`, rounded up to the millisecond; what is due then is handled at once. Does not wait for that. A negative
    /// duration sets it back, as an administrator might.
    public func advance(by duration: Duration) { move { $0.advanced(by: duration) } }

    /// Goes on to `moment`, unless that is past.
    public func advance(to moment: Timestamp) { move { max($0, moment) } }

    private func move(_ change: (Timestamp) -> Timestamp) {
        let wakeUps = state.withLock { state in
            state.now = change(state.now)
            return state.wakeUps
        }
        for wakeUp in wakeUps { wakeUp() }
    }

    static func duration(from start: Timestamp, to end: Timestamp) -> Duration {
        let (milliseconds, overflow) = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
        return .milliseconds(overflow ? (end < start ? .min : .max) : milliseconds)
    }
}

extension ManualClock: RetryClock {
    package var isRunning: Bool { false }

    package func whenMoved(_ wakeUp: @escaping @Sendable () -> Void) { state.withLock { $0.wakeUps.append(wakeUp) } }
}
