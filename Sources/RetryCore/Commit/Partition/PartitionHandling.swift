/// The handling of one partition's records in this process: which run, and which wait for their lane.
struct PartitionHandling: Sendable {
    typealias Entry = DelayQueue<KafkaRecord>.Entry

    let settings: HandlerSettings
    /// Whether it is a source topic's partition, whose records are due at once and have an order.
    let isSource: Bool
    /// What shares slots with it.
    let pool: HopMachine.Handlers.Pool
    /// The records whose handlers run, by offset.
    private(set) var running: [Int64: Entry] = [:]
    private var lanes: HandlerLanes<Entry>
    /// Lanes in which a record can start, sorted by its offset.
    private var letGo: [(key: [UInt8]?, offset: Int64)] = []
    /// Lanes of handlers that are overdue and still run.
    private var kept: [Int: [[UInt8]?]] = [:]
    private var continuing: (call: Int, key: [UInt8]?)?
    /// What the records take that run or wait for their lane.
    private(set) var bytes = 0

    /// So many records of one source partition wait for their lanes at the most; there may be others behind them that could start, but
    /// all of these would have to be kept in order.
    private static let mostWaiting = 1_000

    init(_ settings: HandlerSettings, isSource: Bool) {
        self.settings = settings
        self.isSource = isSource
        pool = .init(topic: settings.planner.source.topic, isRetry: !isSource)
        lanes = HandlerLanes(isSource ? settings.order : .unordered)
    }

    /// How many records wait for their lane.
    var waitingCount: Int { lanes.waitingCount }

    /// Whether nothing that comes from the queue could start now.
    var isBlocked: Bool { lanes.isBlocked || lanes.waitingCount >= Self.mostWaiting }

    /// The first record that waited for its lane and that `call` could take now.
    func nextLetGo(call: Int) -> Int64? {
        if let key = continued(by: call), let entry = lanes.next(key: key) { return entry.offset }
        return letGo.first?.offset
    }

    /// All that run or wait for their lane.
    var entries: some Sequence<Entry> { Array(running.values) + Array(lanes.waiting) }

    /// The next record whose turn in its lane has come; `call` takes the lane.
    mutating func takeLetGo(call: Int) -> Entry? {
        if let key = continued(by: call), let entry = lanes.takeNext(key: key, call: call) {
            running[entry.offset] = entry
            return entry
        }
        guard let lane = letGo.first else { return nil }
        letGo.removeFirst()
        guard let entry = lanes.takeNext(key: lane.key, call: call) else { return nil }
        running[entry.offset] = entry
        continuing = (call, lane.key)
        return entry
    }

    /// The lane that `call` took last: a call of many records takes what waits in there too.
    private func continued(by call: Int) -> [UInt8]?? { continuing.flatMap { $0.call == call ? .some($0.key) : nil } }

    /// True if `call` takes the record now; otherwise it waits for its lane.
    mutating func admit(_ entry: Entry, call: Int) -> Bool {
        guard lanes.admit(entry, key: entry.payload.key, call: call) else {
            bytes += entry.size
            return false
        }
        bytes += entry.size
        running[entry.offset] = entry
        return true
    }

    /// What its handling came to is known. Its lane is let go when the handler has ended, which may be later.
    mutating func finish(_ offset: Int64, call: Int, keepsLane: Bool) -> Entry? {
        guard let entry = running.removeValue(forKey: offset) else { return nil }
        bytes -= entry.size
        if keepsLane { kept[call, default: []].append(entry.payload.key) } else { release(entry.payload.key, call: call) }
        return entry
    }

    /// A handler that was overdue has ended.
    mutating func releaseLanes(of call: Int) {
        for key in kept.removeValue(forKey: call) ?? [] { release(key, call: call) }
    }

    private mutating func release(_ key: [UInt8]?, call: Int) {
        if lanes.hasLane(key: key), lanes.release(key: key, call: call), let next = lanes.next(key: key) {
            letGo.insert((key, next.offset), at: letGo.partitioningIndex { $0.offset > next.offset })
        }
    }
}
