/// How many calls of one kind are handed out beyond its slots, so that a slot that becomes free finds its next call at once: handing
/// over and back takes far longer than a handler that only computes.
///
/// As many as go through quickly: one more with each call that is over soon, half with each that took long, and none once one has waited
/// for its slot for long. What waits here can neither be overtaken by a record that should come first nor be left out by a breaker.
struct CallsAhead: Sendable {
    /// The most that are ever handed out beyond the slots.
    static let most = 1_024
    /// A call that is over within this time, its wait included, leaves room for one more.
    private static let soonMilliseconds: Int64 = 5
    /// No call waits longer for its slot: it is taken back.
    static let longestWaitMilliseconds: Int64 = 20

    private(set) var count = 0
    /// Calls that may not have begun, in the order in which they were handed out.
    private var waiting = Fifo<(call: Int, since: Timestamp)>()

    mutating func handedOut(_ call: Int, at now: Timestamp) { waiting.append((call, now)) }

    /// A call that was handed out at `since` is over.
    mutating func ended(since: Timestamp, now: Timestamp) {
        if now <= since.advanced(milliseconds: Self.soonMilliseconds) {
            count = min(count + 1, Self.most)
        } else if now > since.advanced(milliseconds: Self.longestWaitMilliseconds) {
            count /= 2
        }
    }

    /// Since when the longest waiting call waits; `hasBegun` says of a call whether it has begun, or is over.
    mutating func waitingSince(hasBegun: (Int) -> Bool) -> Timestamp? {
        while let next = waiting.first, hasBegun(next.call) { _ = waiting.popFirst() }
        return waiting.first?.since
    }

    /// What waits is taken back, and nothing is handed out ahead until calls go through quickly again.
    mutating func stop() {
        count = 0
        waiting = Fifo()
    }
}
