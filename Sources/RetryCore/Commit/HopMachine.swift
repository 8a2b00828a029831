/// One member of a group: its retry partitions, what waits in them, and the transaction that moves what is due.
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
        /// What to do with records of each retry topic.
        public var planners: [String: RelayPlanner]
        /// How long brokers keep records of each retry topic, where that is limited.
        public var retentions: [String: Duration] = [:]
        /// The bound on kept payloads, in bytes.
        public var payloadBytes = 128 << 20
        /// The most records of one batch.
        public var batchRecords = 20_000
        /// The most bytes of one batch.
        public var batchBytes = 16 << 20
        /// Progress that moved without a batch is saved this often.
        public var saveInterval: Duration = .seconds(1)
        /// Payloads are read again this long before they are due.
        public var readAhead: Duration = .seconds(10)
        /// The most characters beside a committed offset; halved where a broker takes less.
        public var metadataCapacity = SavedProgress.capacity
        /// When the head of a log is written again at its tail.
        public var cleaning = CleaningSettings()
        /// The seed of marker ids; random in production.
        public var seed: UInt64

        /// Settings with the defaults of DESIGN.md.
        public init(group: String, owner: String, delivery: Delivery, planners: [String: RelayPlanner], seed: UInt64) {
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
    var partitions: [TopicPartition: RetryPartition] = [:]
    /// The partitions that it has, or is about to, in order, so that what it does follows from what it was told alone.
    public internal(set) var places: [TopicPartition] = []
    /// Partitions that left, without payloads: one that comes back untouched need not be read again.
    var parked: [TopicPartition: (partition: RetryPartition, since: Timestamp)] = [:]
    var transaction = Transaction.idle
    var out = Outbox()
    var revocations: [[TopicPartition]] = []
    var awaitsAssign = false
    var assignsIncrementally = false
    var lastSave: [TopicPartition: Timestamp] = [:]
    var lastAssignment = 0
    var lastBatch = 0
    var lastWasAlone = false
    /// After batches that failed, the next one waits a little, longer each time, so that a broker in trouble is not stormed.
    var failures = 0
    var notBefore = Timestamp.distantPast
    var lastAsked = Timestamp.distantPast
    var metadataCapacity: Int
    var batchLimit: BatchLimit
    var markerIDs: SplitMix64
    var isStopping = false

    /// A member without partitions.
    public init(_ settings: Settings) {
        self.settings = settings
        metadataCapacity = settings.metadataCapacity
        batchLimit = BatchLimit(records: max(1, settings.batchRecords), bytes: max(1, settings.batchBytes))
        markerIDs = SplitMix64(seed: settings.seed)
    }

    // MARK: - What its shell asks

    /// What is to be done next, if anything.
    public mutating func nextAction(now: Timestamp) -> HopAction? {
        if now < lastAsked { forgetWaits() }
        lastAsked = now
        acknowledgeAssignment()
        acknowledgeRevocations()
        restoreOutOfRange()
        beginTransaction(now: now)
        askForPayloads(now: now)
        return out.popFirst()
    }

    /// When ``nextAction(now:)`` should be asked again though nothing was said to the machine.
    public func nextWake(now: Timestamp) -> Timestamp {
        guard case .idle = transaction else { return .distantFuture }
        var wake = Timestamp.distantFuture
        let room = room
        for partition in partitions.values where !partition.isRevoking && !partition.isSeeking {
            switch partition.phase {
            case .restoring, .catchingUp: break
            case .announcing: wake = min(wake, notBefore)
            case .firing:
                if !isStopping {
                    wake = min(
                        wake, max(notBefore, partition.nextFiring(limit: batchLimit)),
                        partition.nextRead(ahead: settings.readAhead, room: room))
                }
                if partition.isUnsaved { wake = min(wake, max(notBefore, isStopping ? now : nextSave(of: partition.place))) }
            }
        }
        return wake
    }

    /// Fires nothing any more: what is under way ends, and progress is saved at once.
    public mutating func stop() { isStopping = true }

    /// The targets have these numbers of partitions from now on.
    public mutating func takePartitionCounts(_ counts: PartitionCounts) {
        for topic in Array(settings.planners.keys) { settings.planners[topic]?.partitionCounts.update(with: counts) }
        for place in Array(partitions.keys) { partitions[place]?.planner.partitionCounts.update(with: counts) }
    }

    // MARK: - What it tells

    /// Totals since the start.
    public var account: HopAccount { out.account }

    /// Takes away what a person should be told.
    public mutating func takeNotices() -> [HopNotice] {
        defer { out.notices = [] }
        return out.notices
    }

    /// When the next record is due whose payload is here.
    public var nextDue: Timestamp? { partitions.values.compactMap { $0.mayFire ? $0.queue.nextDue : nil }.min() }
    /// How many records wait: seen, not done, not held.
    public var waiting: Int64 { partitions.values.reduce(0) { $0 + $1.waiting } }
    /// How many records no broker would take.
    public var held: Int { partitions.values.reduce(0) { $0 + $1.held.count } }
    /// How many bytes of payloads may still be read again: a quarter of the bound is left to those that arrive.
    var room: Int {
        settings.payloadBytes - settings.payloadBytes / 4 - residentBytes - partitions.values.reduce(0) { $0 + $1.askedBytes }
    }
    /// The memory that kept payloads take, in bytes.
    public var residentBytes: Int { partitions.values.reduce(0) { $0 + $1.residentBytes } }
    /// Whether nothing is under way and all that can be saved is.
    public var isSettled: Bool {
        guard case .idle = transaction, out.isEmpty else { return false }
        return !partitions.values.contains { $0.mayFire && ($0.isUnsaved || $0.hasWritten) }
    }

    /// The clock was set back: moments that were computed from it mean nothing any more.
    private mutating func forgetWaits() {
        notBefore = .distantPast
        lastSave = [:]
        for place in places { partitions[place]?.forgetWaits() }
    }

    func nextSave(of partition: TopicPartition) -> Timestamp {
        (lastSave[partition] ?? .distantPast).advanced(by: settings.saveInterval)
    }
}
