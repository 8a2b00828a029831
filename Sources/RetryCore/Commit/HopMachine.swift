/// One member of a group: its partitions, what waits in them, and the transaction that moves what is due.
///
/// A pure state machine. Its shell hands it what the consumer and the producers say, asks ``nextAction(now:)`` until there is
/// none, and does what it is told; the simulator is another such shell. It keeps the five rules of DESIGN.md, "The commit".
public struct HopMachine: Sendable {
    /// Which delivery guarantee its shell gives.
    public enum Delivery: Hashable, Sendable {
        /// Records and progress in one transaction.
        case exactlyOnce
        /// Records are acknowledged first, progress is committed after them.
        case atLeastOnce
    }

    /// What it needs to know.
    public struct Settings: Sendable {
        /// The consumer group.
        public var group: String
        /// This member's `group.instance.id`.
        public var owner: String
        /// The guarantee.
        public var delivery: Delivery
        /// What to do with records of each retry topic that is relayed.
        public var planners: [String: HopPlanner]
        /// The topics whose records are handled in this process, their retry topics included.
        public var handlers: [HandlerSettings] = []
        /// How long handlers that run may go on after their partition was revoked.
        public var revocationGrace: Duration = .seconds(10)
        /// How long brokers keep records of each retry topic, where that is limited.
        public var retentions: [String: Duration] = [:]
        /// Whether a batch is written while the one before it is being committed (exactly once only).
        public var overlapsBatches = true
        /// The bound on kept payloads, in bytes.
        public var payloadBytes = 128 << 20
        /// The most records of one batch.
        public var batchRecords = 20_000
        /// The most bytes of one batch.
        public var batchBytes = 16 << 20
        /// A batch begins this long after the one before it at the earliest, unless that could not take all that was due: each costs
        /// librdkafka and the broker as much as some hundred records do, and beyond a certain number of them a second all are late.
        public var batchSpacing: Duration = .milliseconds(10)
        /// So many records of a source partition wait for a handler before it is paused.
        public var mostBacklog = 4_000
        /// Progress that moved without a batch is saved this often.
        public var saveInterval: Duration = .seconds(1)
        /// How long a target that was not to be had is left alone; doubled with each failure, up to 256 times as long. After a batch that
        /// failed the next one waits a tenth of it, likewise.
        public var failurePause: Duration = .milliseconds(100)
        /// Payloads are read again this long before they are due.
        public var readAhead: Duration = .seconds(10)
        /// The most characters beside a committed offset; halved where a broker takes less.
        public var metadataCapacity = SavedProgress.capacity
        /// When the head of a log is written again at its tail.
        public var cleaning = CleaningSettings()
        /// Whether it keeps for ``takeHandled()`` which records were handled.
        public var tellsHandled = false
        /// The seed of marker ids; random in production.
        public var seed: UInt64

        /// Settings with the defaults of DESIGN.md.
        public init(group: String, owner: String, delivery: Delivery, planners: [String: HopPlanner], seed: UInt64) {
            self.group = group
            self.owner = owner
            self.delivery = delivery
            self.planners = planners
            self.seed = seed
        }
    }

    enum Transaction: Sendable {
        case idle
        case producing(HopBatch)
        case sendingOffsets(HopBatch)
        case committing(HopBatch)
        case aborting(HopBatch, ProduceReport, reason: String)
        case recovering

        /// The batch that is under way. One whose outcome is unknown is not: its partitions may leave.
        var batch: HopBatch? {
            switch self {
            case .idle, .recovering: nil
            case .producing(let batch), .sendingOffsets(let batch), .committing(let batch), .aborting(let batch, _, _): batch
            }
        }
    }

    var settings: Settings
    var partitions: [TopicPartition: OwnedPartition] = [:]
    /// The partitions that it has, or is about to, in order, so that what it does follows from what it was told alone.
    public internal(set) var places: [TopicPartition] = []
    /// Partitions that left, without payloads: one that comes back untouched need not be read again.
    var parked: [TopicPartition: (partition: OwnedPartition, since: Timestamp)] = [:]
    /// When the first of them is forgotten.
    var parkedUntil = Timestamp.distantFuture
    var transaction = Transaction.idle
    /// The next batch, which is written while the one before it is committed. Its offsets wait until that is known to have been.
    var ahead: (batch: HopBatch, report: ProduceReport?)?
    var out = Outbox()
    var revocations: [Revocation] = []
    var awaitsAssign = false
    var assignsIncrementally = false
    var lastSave: [TopicPartition: Timestamp] = [:]
    var lastAssignment = 0
    var lastBatch = 0
    var lastWasAlone = false
    var suspectTargets: SuspectTargets
    /// After batches that failed, the next one waits a little, longer each time, so that a broker in trouble is not stormed.
    var failures = 0
    var notBefore = Timestamp.distantPast
    /// Until then the one that began last is to be the only one → ``Settings/batchSpacing``.
    var spacedUntil = Timestamp.distantPast
    var lastAsked = Timestamp.distantPast
    var metadataCapacity: Int
    var batchLimit: BatchLimit
    var markerIDs: SplitMix64
    var isStopping = false
    var handlers: Handlers

    /// A member without partitions.
    public init(_ settings: Settings) {
        self.settings = settings
        metadataCapacity = settings.metadataCapacity
        batchLimit = BatchLimit(records: max(1, settings.batchRecords), bytes: max(1, settings.batchBytes))
        markerIDs = SplitMix64(seed: settings.seed)
        handlers = Handlers(settings.handlers)
        suspectTargets = SuspectTargets(pause: settings.failurePause)
        if settings.tellsHandled { out.handled = [:] }
    }

    // MARK: - What its shell asks

    /// What is to be done next, if anything.
    public mutating func nextAction(now: Timestamp) -> HopAction? {
        if now < lastAsked { forgetWaits(now: now) }
        lastAsked = now
        // What was decided already is done before anything else is looked at.
        if let action = out.popFirst() { return action }
        if parkedUntil <= now { forgetParked() }
        acknowledgeAssignment()
        acknowledgeRevocations(now: now)
        restoreOutOfRange()
        beginTransaction(now: now)
        askForPayloads(now: now)
        if out.isEmpty { serveHandlers(now: now) }
        return out.popFirst()
    }

    /// When ``nextAction(now:)`` should be asked again though nothing was said to the machine.
    public func nextWake(now: Timestamp) -> Timestamp {
        var wake = nextHandlerWake(now: now)
        let nextBatch = nextBatch
        guard case .idle = transaction else {
            guard mayGoAhead else { return wake }
            let limit = waitLimit
            return partitions.values.reduce(wake) { $1.mayFire ? min($0, max(nextBatch, $1.nextFiring(limit: limit))) : $0 }
        }
        let readAhead = readAhead
        let limit = waitLimit
        for partition in partitions.values where !partition.isSeeking {
            switch partition.phase {
            case .restoring, .catchingUp: break
            case .announcing: if !partition.isRevoking { wake = min(wake, nextBatch) }
            case .firing:
                if isStopping || partition.isRevoking {
                    wake = min(wake, max(nextBatch, partition.nextOwed(isStopping: isStopping)))
                } else {
                    wake = min(
                        wake, max(nextBatch, partition.nextFiring(limit: limit)),
                        partition.nextRead(readAhead))
                }
                if partition.isUnsaved, !partition.isRevoking {
                    wake = min(wake, max(nextBatch, isStopping ? now : nextSave(of: partition.place)))
                }
            }
        }
        return wake
    }

    /// Fires nothing any more: what is under way ends, and progress is saved at once.
    public mutating func stop() {
        isStopping = true
        withdrawCalls { _ in true }
    }

    /// The targets have these numbers of partitions from now on.
    public mutating func takePartitionCounts(_ counts: PartitionCounts) {
        settings.planners = settings.planners.mapValues { $0.knowing(counts) }
        for index in settings.handlers.indices { settings.handlers[index].planner = settings.handlers[index].planner.knowing(counts) }
        for place in Array(partitions.keys) { if let planner = planner(of: place) { partitions[place]?.planner = planner } }
    }

    /// Plans the hops of a partition's records; `nil` if they are none of ours.
    func planner(of place: TopicPartition) -> HopPlanner? { handling(of: place)?.settings.planner ?? settings.planners[place.topic] }

    /// Brokers keep records of these retry topics for so long from now on, `nil` being for ever. Of others it stays as it was.
    public mutating func takeRetentions(_ retentions: [String: Duration?]) {
        for (topic, retention) in retentions { settings.retentions[topic] = retention }
    }

    // MARK: - What it tells

    /// Totals since the start.
    public var account: HopAccount { out.account }

    /// Takes away what a person should be told.
    public mutating func takeNotices() -> [HopNotice] {
        defer { out.notices = [] }
        return out.notices
    }

    /// Takes away the offsets with which handlers were done and which have been committed as that.
    public mutating func takeHandled() -> [TopicPartition: [Int64]] {
        guard let handled = out.handled, !handled.isEmpty else { return [:] }
        out.handled = [:]
        return handled
    }

    /// When the next record is due whose payload is here.
    public var nextDue: Timestamp? { partitions.values.compactMap { $0.mayFire ? $0.queue.nextDue : nil }.min() }
    /// The same, if that is a moment: what is due at once has none.
    public var nextRetryDue: Timestamp? { nextDue.flatMap { $0 > .leastDue ? $0 : nil } }
    /// How many records wait: seen, not done, not held.
    public var waiting: Int64 { partitions.values.reduce(0) { $0 + $1.waiting } }
    /// How many records no broker would take.
    public var held: Int { partitions.values.reduce(0) { $0 + $1.held.count } }
    /// What may be read again: a quarter of the bound is left to payloads that arrive.
    var readAhead: ReadAhead {
        let bytes = settings.payloadBytes - settings.payloadBytes / 4
        let readers = partitions.values.count { $0.isReading || $0.queue.nextAbsentDue != nil }
        return ReadAhead(
            time: settings.readAhead, room: bytes - residentBytes - partitions.values.reduce(0) { $0 + $1.askedBytes },
            share: bytes / max(1, readers))
    }
    /// How much may wait in each partition for targets that are not to be had: the payloads of that are not dropped, and all together
    /// they stay below half of the memory bound.
    var waitLimit: BatchLimit {
        BatchLimit(records: batchLimit.records, bytes: min(batchLimit.bytes, settings.payloadBytes / 2 / max(1, partitions.count)))
    }
    /// The memory that kept payloads take, in bytes.
    public var residentBytes: Int { partitions.values.reduce(0) { $0 + $1.residentBytes } }
    /// Whether nothing is under way and all that can be saved is.
    public var isSettled: Bool {
        guard case .idle = transaction, ahead == nil, out.isEmpty else { return false }
        return !partitions.values.contains {
            // Whatever a partition waits for, handlers that run and their outcomes are waited for.
            $0.mayFire && $0.isUnsaved || $0.isHandling || $0.outcomeCount > 0
                || $0.mayCommit && $0.owesOutcomes(isStopping: isStopping) || $0.handling != nil && $0.unresolved != nil
        }
    }

    /// The clock was set back: moments that were computed from it mean nothing any more.
    private mutating func forgetWaits(now: Timestamp) {
        (notBefore, spacedUntil) = (.distantPast, .distantPast)
        lastSave = [:]
        suspectTargets.forgetWaits()
        withdraw(handlers.forgetWaits(now: now))
        for index in revocations.indices { revocations[index].since = min(revocations[index].since, now) }
        for place in places { partitions[place]?.forgetWaits(now: now) }
    }

    func nextSave(of partition: TopicPartition) -> Timestamp {
        (lastSave[partition] ?? .distantPast).advanced(by: settings.saveInterval)
    }
}
