public import RetryCore

/// What a listener is doing, at one moment: for health checks, metrics and people.
public struct ListenerState: Hashable, Sendable {
    /// What handlings came to, by record. A record that is handled three times counts three times.
    public struct Attempts: Hashable, Sendable {
        /// Done.
        public var done = 0
        /// Failed, to be tried again if the policy allows it.
        public var failed = 0
        /// Failed in a way that no retry can help.
        public var failedForGood = 0
        /// Ended after they were cancelled: overdue, or of a partition that left. What they came to was dropped; the record of an overdue one
        /// was retried by its policy when its deadline passed.
        public var abandoned = 0

        /// None yet.
        public init() {}
    }

    /// Whether it is a member of its group, and handles what comes from the partitions that it was given. False while it is known to have lost
    /// its membership, and once it has stopped.
    public internal(set) var isReady = false
    /// Records read from source and retry topics.
    public internal(set) var consumed = 0
    /// Records with which a handler was done, and that has been committed.
    public internal(set) var handled = 0
    /// Records written to retry topics, committed.
    public internal(set) var retried = 0
    /// Records written to dead letter topics, committed, by reason.
    public internal(set) var deadLettered: [DeadLetterReason: Int] = [:]
    /// Handlings by outcome, committed or not.
    public internal(set) var attempts = Attempts()
    /// Calls of handlers that run now.
    public internal(set) var running = 0
    /// Records that have been read and are not done: those that wait for their retry, and those that wait for a handler.
    public internal(set) var waiting: Int64 = 0
    /// When the next retry is due; in the past if it waits for a slot. `nil` if none waits, or source records wait for handlers.
    public internal(set) var nextDue: Timestamp?
    /// How late retries were handled.
    public internal(set) var lateness = DurationHistogram()
    /// How long handlers took.
    public internal(set) var handlerTime = DurationHistogram()
    /// Records in source topics that were not read yet, as the latest fetches told.
    public internal(set) var lag: Int64 = 0
    /// Records that no broker takes in any form: they stay where they are.
    public internal(set) var held = 0
    /// Records that were deleted before they could be handled, at most.
    public internal(set) var lost: Int64 = 0
    /// Records on retry topics that are other groups' or services'.
    public internal(set) var passedOver = 0
    /// Source topics of which a partition is not read from just now, since handlers do not keep up.
    public internal(set) var pausedTopics: Set<KafkaTopic> = []
    /// Topics whose handling pauses, since nearly all of it failed.
    public internal(set) var openBreakers: Set<KafkaTopic> = []

    /// Of a listener that has not begun.
    public init() {}

    /// How long the retry that is due next has been due at `now`; zero if it is not due yet.
    public func overdue(at now: Timestamp) -> Duration {
        guard let nextDue, nextDue < now else { return .zero }
        let (late, overflow) = now.milliseconds.subtractingReportingOverflow(nextDue.milliseconds)
        return .milliseconds(overflow ? .max : late)
    }

    /// What should be seen at once: all that does not just count on.
    var alarms: [AnyHashable] { [isReady, pausedTopics, openBreakers, held, lost] }
}
