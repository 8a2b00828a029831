import RetryCore

/// What a member's loop tells of itself.
struct MemberReport: Hashable, Sendable {
    /// Whether it has been given partitions, if only none, and not lost them since.
    var isMember = false
    /// Totals since the start: what they count as written is committed.
    var account = HopAccount()
    /// Records that were read and are not done.
    var waiting: Int64 = 0
    /// Records that no broker would take in any form.
    var held = 0
    /// Records that were read, those read again after an assignment included.
    var consumed = 0
    /// When the next record is due that waits for a time; `nil` if none does, or some have no more to wait for.
    var nextDue: Timestamp?
    /// Source partitions from which nothing is fetched, since handlers do not keep up.
    var paused: Set<TopicPartition> = []
    /// The records with which handlers were done since the last report, if the machine keeps them.
    var handled: [TopicPartition: [Int64]] = [:]
    /// Records of source partitions that were not read yet, as far as is known.
    var lag: Int64 = 0
}

/// Whom a member's loop tells what; called on its thread, which must not be kept.
struct MemberEvents: Sendable {
    /// The group has been joined.
    var ready: @Sendable () -> Void = {}
    /// Something of the report has changed.
    var report: @Sendable (MemberReport) -> Void = { _ in }
    /// What people are told too.
    var notice: @Sendable (HopNotice) -> Void = { _ in }
}
