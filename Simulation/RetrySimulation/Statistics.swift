/// What a run did, so that a set of runs can be seen to have reached what it should.
public struct Statistics: Sendable, CustomStringConvertible {
    /// Transactions that ended.
    public var commits = 0
    /// Transactions that were aborted, by a member or by the broker.
    public var aborts = 0
    /// Batches that were written while the one before them was being committed.
    public var ahead = 0
    /// Records that services wrote.
    public var records = 0
    /// Records written again at the tail.
    public var cleaned = 0
    /// Completion markers.
    public var markers = 0
    /// Restores that read a marker.
    public var markerRestores = 0
    /// Restores that kept the memory.
    public var keptRestores = 0
    /// Producers made anew.
    public var recoveries = 0
    /// Records that a broker refused.
    public var refused = 0
    /// Records that no broker took.
    public var held = 0
    /// Records read again.
    public var reread = 0
    /// Topics seen to be made anew.
    public var recreated = 0
    /// Targets found not to be writable.
    public var unavailable = 0
    /// Handlings that began.
    public var handlings = 0
    /// Handlings of records that had been handled before at the same place.
    public var handledAgain = 0
    /// Handlers that had not answered by their deadline.
    public var overdue = 0
    /// Calls that were taken back before they began.
    public var withdrawn = 0
    /// Outcomes that left with their partition.
    public var outcomesDropped = 0
    /// Breakers that opened.
    public var breakersOpened = 0
    /// Source partitions that were paused.
    public var pauses = 0

    /// Nothing yet.
    public init() {}

    /// All of it, in words.
    public var description: String {
        """
        \(records) records, \(commits) commits, \(aborts) aborts, \(ahead) overlapped, \(cleaned) cleaned, \(markers) markers (\(markerRestores) restored from), \
        \(keptRestores) memories kept, \(recoveries) recoveries, \(refused) refused, \(held) held, \(reread) read again, \(recreated) made anew, \
        \(unavailable) targets not writable, \
        \(handlings) handlings (\(handledAgain) again), \(overdue) overdue, \(withdrawn) withdrawn, \(outcomesDropped) outcomes dropped, \(breakersOpened) breakers \
        opened, \(pauses) pauses
        """
    }

    /// Adds another run's.
    public mutating func add(_ other: Statistics) {
        commits += other.commits
        aborts += other.aborts
        ahead += other.ahead
        records += other.records
        cleaned += other.cleaned
        markers += other.markers
        markerRestores += other.markerRestores
        keptRestores += other.keptRestores
        recoveries += other.recoveries
        refused += other.refused
        held += other.held
        reread += other.reread
        recreated += other.recreated
        unavailable += other.unavailable
        handlings += other.handlings
        handledAgain += other.handledAgain
        overdue += other.overdue
        withdrawn += other.withdrawn
        outcomesDropped += other.outcomesDropped
        breakersOpened += other.breakersOpened
        pauses += other.pauses
    }
}
