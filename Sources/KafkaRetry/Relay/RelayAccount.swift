import RetryCore

/// What a relay has done since its start, and what it leaves.
public struct RelayAccount: Hashable, Sendable {
    /// Records written to their source topics.
    public var republished: Int
    /// Records written to dead letter topics.
    public var deadLettered: Int
    /// Records that wait in the partitions it had last.
    public var waiting: Int64
    /// Records that no broker would take in any form.
    public var held: Int
    /// Records of other groups or services.
    public var passedOver: Int
    /// Records that were deleted before they could be handled, at most.
    public var lost: Int64

    /// Of a relay that was stopped before it began.
    public static let none = RelayAccount(HopAccount(), waiting: 0, held: 0)

    init(_ account: HopAccount, waiting: Int64, held: Int) {
        republished = account.republished
        deadLettered = account.deadLettered
        self.waiting = waiting
        self.held = held
        passedOver = account.passedOver
        lost = account.lost
    }

    init(_ report: MemberReport) { self.init(report.account, waiting: report.waiting, held: report.held) }
}
