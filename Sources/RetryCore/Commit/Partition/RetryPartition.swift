/// A retry partition that this member owns, or is about to: what waits in it, what is done, and what is on its way.
struct RetryPartition: Sendable {
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
    var planner: RelayPlanner
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
    /// The consumer stopped because its position lies outside the log.
    var isOutOfRange = false
    /// Payloads have been asked for and not come yet.
    var isReading = false

    var progress = Progress(lowWater: 0)
    var queue = DelayQueue<KafkaRecord>()
    /// What Kafka is known to hold.
    var saved: ProgressCommit?
    /// Its part of a batch whose outcome is not known.
    var unresolved: HopBatch.Part?
    /// Outcomes that wait for the next batch.
    var pending: [Move] = []
    /// Records that the broker refused, and their neighbours in the request: each goes alone.
    var suspects: [Move] = []
    /// Records that no broker would take in any form, with their due times.
    var held: [Int64: Timestamp] = [:]
    var markers: [Int64: CompletionMarker] = [:]
    var cleaning = LogCleaning()
    /// When records at some offsets were written, a minute or more apart.
    var written: [(offset: Int64, time: Timestamp)] = []

    init(_ place: TopicPartition, planner: RelayPlanner, group: String, owner: String, epoch: Epoch) {
        self.place = place
        self.planner = planner
        self.group = group
        self.owner = owner
        self.epoch = epoch
    }

    /// Whether due records may leave it now.
    var mayFire: Bool { phase == .firing && !isRevoking && !isSeeking }

    /// How many records wait here and are nobody's trouble.
    var waiting: Int64 { max(0, progress.open - Int64(held.count)) }

    /// Whether what is done differs from what Kafka holds.
    var isUnsaved: Bool { saved?.offset != progress.lowWater }

    /// What payloads take, in bytes.
    var residentBytes: Int { queue.residentBytes + pending.reduce(0) { $0 + $1.size } + suspects.reduce(0) { $0 + $1.size } }

    /// When something here is due.
    func nextWake(readAhead: Duration) -> Timestamp {
        var wake = min(queue.nextDue ?? .distantFuture, (queue.nextAbsentDue ?? .distantFuture).advanced(by: .zero - readAhead))
        for move in pending { wake = min(wake, move.notBefore) }
        for move in suspects { wake = min(wake, move.notBefore) }
        return wake
    }

    /// Whether a record has an outcome already that only waits to be committed.
    func isOnItsWay(_ offset: Int64) -> Bool {
        pending.contains { $0.offset == offset } || suspects.contains { $0.offset == offset } || cleaning.claims(offset)
    }

    /// Whether what is known of it may be of use if it comes back.
    private var mayBeKept: Bool {
        (phase == .announcing || phase == .firing) && unresolved == nil && saved != nil && !isSeeking && !isOutOfRange
    }

    /// What is worth keeping of it when it leaves: what waits, by offset and due time, without outcomes and payloads.
    consuming func parked() -> RetryPartition? {
        guard mayBeKept else { return nil }
        var kept = self
        for move in kept.pending + kept.suspects where move.kind != .cleaned { kept.queue.insertAbsent(offset: move.offset, due: move.due) }
        for (offset, due) in kept.held { kept.queue.insertAbsent(offset: offset, due: due) }
        for (offset, due) in kept.cleaning.overtaken { kept.queue.insertAbsent(offset: offset, due: due) }
        kept.pending = []
        kept.suspects = []
        kept.held = [:]
        kept.cleaning = LogCleaning()
        kept.isReading = false
        kept.isConsumed = false
        kept.isRevoking = false
        kept.queue.evictAll()
        return kept
    }
}
