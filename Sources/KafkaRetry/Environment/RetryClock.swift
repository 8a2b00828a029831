import Foundation
package import RetryCore

/// Where a member of a group takes the time of day from, which decides what is due.
package protocol RetryClock: Sendable {
    /// The time of day.
    var now: Timestamp { get }
    /// Whether time passes by itself. While it stands still nothing is put off that only spares the brokers: progress is saved at once, and
    /// what failed is tried again without a pause.
    var isRunning: Bool { get }
    /// Has `wakeUp` called whenever the time was moved, from any thread. It must only pass the news on.
    func whenMoved(_ wakeUp: @escaping @Sendable () -> Void)
}

/// The machine's own clock.
package struct SystemClock: RetryClock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000)
    }

    package var isRunning: Bool { true }

    /// A clock that somebody sets is noticed, since whoever waits asks again once a second.
    package func whenMoved(_ wakeUp: @escaping @Sendable () -> Void) {}
}
