/// A partition that this member owns, or is about to, of a retry topic or of a source topic whose records are handled here: what waits
/// in it, what is done, and what is on its way.
struct OwnedPartition: Sendable {
    enum Phase: Hashable, Sendable {
        /// Its saved progress is being read.
        case restoring
        /// All before this marker has to be read before anything may fire: the marker says what is done.
        case catchingUp(MarkerReference)
        /// Nothing may fire before a transaction has named this member as the owner.
        case announcing
        /// Due records fire.
        case firing
    }

    let place: TopicPartition
    var planner: HopPlanner
    /// How long a record whose target was not to be had waits at first.
    let failurePause: Duration
    /// The consumer group.
    let group: String
    /// This member, as saved progress names it.
    let owner: String

    var epoch: Epoch
    var phase = Phase.restoring
    /// Whether the consumer was told to read it.
    var isConsumed = false
    var isRevoking = false
    /// A seek is under way: what arrives before it is answered is stale.
    var isSeeking = false
    /// The consumer was told not to fetch from it for the time being.
    var isPaused = false
    /// The consumer stopped because its position lies outside the log.
    var isOutOfRange = false
    /// Outcomes of it were dropped, so that what is known of it is of no use once it has left.
    var isIncomplete = false
    /// Payloads have been asked for and not come yet.
    var isReading = false
    /// No record waits in the queue for its target beyond this.
    private(set) var putOffUntil = Timestamp.distantPast

    var progress = Progress(lowWater: 0)
    var queue = DelayQueue<KafkaRecord>()
    /// What Kafka is known to hold.
    var saved: ProgressCommit?
    /// Its part of a batch whose outcome is not known.
    var unresolved: HopBatch.Part?
    /// Outcomes that wait for the next batch.
    var pending = MoveList()
    /// Records that the broker refused, and their neighbours in the request: each goes alone.
    var suspects = MoveList()
    /// Records that no broker would take in any form, with their due times.
    var held: [Int64: Timestamp] = [:]
    var markers: [Int64: CompletionMarker] = [:]
    /// What a payload that was read again took on average, in bytes.
    var readSize = 0
    /// The log's first offset when it was looked at last.
    var logStart: Int64 = 0
    /// What stood in its log when that was looked at last, as far as it had to be read then.
    var found: Range<Int64> = 0..<0
    /// Where reading begins while a marker is still to be read. What is known to be done may reach beyond it: the markers in there
    /// have to be read all the same.
    var readFrom: Int64 = 0
    var cleaning: LogCleaning
    /// How its records are handled here; `nil` if they are relayed.
    var handling: PartitionHandling?
    /// When records at some offsets were written, a minute apart or as far as the retention allows.
    var written: [(offset: Int64, time: Timestamp)] = []

    init(
        _ place: TopicPartition, planner: HopPlanner, handling: PartitionHandling? = nil, group: String, owner: String,
        cleaning: CleaningSettings, failurePause: Duration, epoch: Epoch
    ) {
        self.place = place
        self.planner = planner
        self.handling = handling
        self.group = group
        self.owner = owner
        self.failurePause = failurePause
        self.epoch = epoch
        self.cleaning = LogCleaning(cleaning)
    }

    /// The next offset to read.
    var nextRead: Int64 {
        if case .catchingUp = phase { return readFrom }
        return progress.position
    }

    /// Whether due records may leave it now.
    var mayFire: Bool { mayCommit && !isRevoking }

    /// Whether outcomes of its records can be committed now.
    var mayCommit: Bool { phase == .firing && !isSeeking }

    /// Whether the consumer fell out of its log and nobody looked yet where that stands.
    var isLeftBehind: Bool { isOutOfRange && phase != .restoring && !isRevoking && !isSeeking && unresolved == nil }

    /// How many records wait here and are nobody's trouble.
    var waiting: Int64 { max(0, progress.open + cleaning.unread.count(from: progress.position) - Int64(held.count)) }

    /// Whether what is done differs from what Kafka holds.
    var isUnsaved: Bool { saved?.offset != progress.lowWater }

    /// What payloads take, in bytes.
    var residentBytes: Int { queue.residentBytes + pending.bytes + suspects.bytes + (handling?.bytes ?? 0) }

    /// What dropping payloads could free, in bytes.
    var askedBytes: Int { queue.askedCount * payloadSize }

    var evictableBytes: Int { queue.residentCount > 1 && !isSource ? queue.residentBytes : 0 }

    /// When something here may go into a batch.
    func nextFiring(limit: BatchLimit) -> Timestamp {
        let due = isStuck(limit) ? .distantFuture : nextForNobody()
        return min(due, pending.nextReady, suspects.nextReady)
    }

    /// Whether so much waits for a target, or to be tried alone, that nothing joins it: memory stays bounded.
    func isStuck(_ limit: BatchLimit) -> Bool {
        pending.count + suspects.count >= limit.records || pending.bytes + suspects.bytes >= limit.bytes
    }

    /// When payloads are to be read again; never while an earlier request is not answered.
    func nextRead(_ ahead: ReadAhead) -> Timestamp {
        guard !isReading, let due = queue.nextAbsentDue else { return .distantFuture }
        let (bytes, size) = (mayRead(ahead), payloadSize)
        // Few large reads cost less than many small ones: nothing is read before much fits or something is due.
        if bytes / Self.worthwhileRead > size { return .distantPast }
        if bytes >= max(size, ahead.share / 3) { return due.advanced(by: .zero - ahead.time) }
        // What would be dropped for it at once is not worth reading.
        return bytes >= size || isDueBeforeAllKept(due) ? due.advanced(by: .zero - ahead.urgentTime) : .distantFuture
    }

    /// How many bytes may be read again; one record goes whatever its share is.
    func mayRead(_ ahead: ReadAhead) -> Int {
        let own = residentBytes + askedBytes
        return min(ahead.room, own == 0 ? max(payloadSize, ahead.share) : ahead.share - own)
    }

    func isDueBeforeAllKept(_ due: Timestamp) -> Bool { due < queue.nextDue ?? .distantFuture }

    private static let worthwhileRead = 10_000

    /// About what a payload takes, in bytes.
    var payloadSize: Int { max(1, readSize, queue.residentCount > 0 ? queue.residentBytes / queue.residentCount : 1_024) }

    /// The clock was set back. What waits in the queue for a target, which nobody can tell from what is due then, is looked at anew.
    mutating func forgetWaits(now: Timestamp) {
        if putOffUntil > now { queue.bringForward(to: now, through: putOffUntil) }
        putOffUntil = .distantPast
        pending.forgetWaits()
        suspects.forgetWaits()
        cleaning.notBefore = .distantPast
    }

    /// A record waits in the queue for its target, where memory is bounded.
    mutating func putOff(_ entry: DelayQueue<KafkaRecord>.Entry, until: Timestamp) {
        putOffUntil = max(putOffUntil, until)
        queue.insert(offset: entry.offset, due: max(until, entry.due), payload: entry.payload, size: entry.size)
    }

    /// The records that have an outcome already that only waits to be committed.
    var offsetsOnTheirWay: Set<Int64> {
        var offsets = Set(pending.moves.lazy.map(\.offset)).union(suspects.moves.lazy.map(\.offset)).union(cleaning.claims)
        if let handling { offsets.formUnion(handling.offsets.map(\.offset)) }
        return offsets
    }

    /// Whether what is known of it may be of use if it comes back.
    private var mayBeKept: Bool {
        (phase == .announcing || phase == .firing) && unresolved == nil && saved != nil && !isSeeking && !isOutOfRange && !isIncomplete
    }

    /// What is worth keeping of it when it leaves: what waits, by offset and due time, without outcomes and payloads.
    consuming func parked() -> OwnedPartition? {
        // What waits in a source is read again in order.
        guard mayBeKept, !isSource else { return nil }
        var kept = self
        for (offset, due) in kept.handling?.offsets ?? [] { kept.queue.insertAbsent(offset: offset, due: due) }
        kept.handling = kept.handling?.empty
        for move in kept.pending.moves + kept.suspects.moves where move.kind != .cleaned {
            kept.queue.insertAbsent(offset: move.offset, due: move.due)
        }
        for (offset, due) in kept.held { kept.queue.insertAbsent(offset: offset, due: due) }
        for (offset, due) in kept.cleaning.overtaken { kept.queue.insertAbsent(offset: offset, due: due) }
        kept.pending = MoveList()
        kept.suspects = MoveList()
        kept.held = [:]
        kept.cleaning = kept.cleaning.parked
        kept.isReading = false
        kept.isConsumed = false
        kept.isRevoking = false
        kept.readSize = kept.payloadSize
        kept.queue.evictAll()
        return kept
    }
}
