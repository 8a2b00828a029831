import RetryCore

/// What a listener has done from its start to its end, and what it leaves. All of it is committed.
public struct ListenerAccount: Hashable, Sendable {
    /// Records with which a handler was done.
    public var handled = 0
    /// Records that failed and were written to a retry topic.
    public var retried = 0
    /// Records written to dead letter topics.
    public var deadLettered = 0
    /// Records that wait for their retry, or for a handler, in the partitions that it had last.
    public var waiting: Int64 = 0
    /// Records that no broker would take in any form.
    public var held = 0
    /// Records on retry topics that are other groups' or services'.
    public var passedOver = 0
    /// Records that were deleted before they could be handled, at most.
    public var lost: Int64 = 0

    /// Of a listener that was stopped before it began.
    public static let none = ListenerAccount()

    init() {}

    init(_ report: MemberReport) {
        handled = report.account.handled
        retried = report.account.retried
        deadLettered = report.account.deadLettered
        waiting = report.waiting
        held = report.held
        passedOver = report.account.passedOver
        lost = report.account.lost
    }
}
