/// The handling of one partition's records in this process: which run, and which wait for their lane.
struct PartitionHandling: Sendable {
    typealias Entry = DelayQueue<KafkaRecord>.Entry

    let settings: HandlerSettings
    /// Whether it is a source topic's partition, whose records are due at once and have an order.
    let isSource: Bool
    /// What shares slots with it.
    let pool: HopMachine.Handlers.Pool
    typealias Lane = HandlerLanes<Entry>.Name

    private struct Running {
        var entry: Entry
        var lane: Lane?
    }

    /// The records whose handlers run, by offset.
    private var running: [Int64: Running] = [:]
    private var lanes: HandlerLanes<Entry>
    /// Lanes in which a record can start, sorted by its offset.
    private var letGo: [(lane: Lane, offset: Int64)] = []
    /// Lanes of handlers that are overdue and still run.
    private var kept: [Int: [Lane]] = [:]
    /// Records of a source without a lane whose calls never began, sorted by offset: what came behind them in the queue does not go before.
    private var returned: [Entry] = []
    private var continuing: (call: Int, lane: Lane)?
    /// What the records take that run or wait for their lane.
    private(set) var bytes = 0

    /// So many records of one source partition wait for their lanes at the most; there may be others behind them that could start, but
    /// all of these would have to be kept in order.
    private static let mostWaiting = 1_000

    /// - Parameter number: which of the member's handlers it is.
    init(_ settings: HandlerSettings, number: Int, isSource: Bool) {
        self.settings = settings
        self.isSource = isSource
        pool = .init(handler: number, isRetry: !isSource)
        lanes = HandlerLanes(isSource ? settings.order : .unordered)
    }

    /// The same without records.
    var empty: PartitionHandling { PartitionHandling(settings, number: pool.handler, isSource: isSource) }

    /// How many records wait for their lane, or for another call.
    var waitingCount: Int { lanes.waitingCount + returned.count }

    /// Whether nothing that comes from the queue could start now.
    var isBlocked: Bool { lanes.isBlocked || lanes.waitingCount >= Self.mostWaiting }

    /// How many records' handlers run.
    var runningCount: Int { running.count }

    /// The first record that waited here and that `call` could take now.
    func nextLetGo(call: Int) -> Int64? {
        if let lane = continued(by: call), let entry = lanes.next(lane) { return entry.offset }
        guard let entry = returned.first, entry.offset < letGo.first?.offset ?? .max else { return letGo.first?.offset }
        return entry.offset
    }

    /// All that run or wait here.
    var entries: some Sequence<Entry> { running.values.map(\.entry) + returned + Array(lanes.waiting) }

    /// The next record whose turn in its lane has come; `call` takes the lane.
    mutating func takeLetGo(call: Int) -> Entry? {
        if let lane = continued(by: call), let entry = lanes.takeNext(lane, call: call) {
            running[entry.offset] = Running(entry: entry, lane: lane)
            return entry
        }
        if let entry = returned.first, entry.offset < letGo.first?.offset ?? .max {
            returned.removeFirst()
            running[entry.offset] = Running(entry: entry, lane: nil)
            return entry
        }
        guard let lane = letGo.first?.lane else { return nil }
        letGo.removeFirst()
        guard let entry = lanes.takeNext(lane, call: call) else { return nil }
        running[entry.offset] = Running(entry: entry, lane: lane)
        continuing = (call, lane)
        return entry
    }

    /// The lane that `call` took last: a call of many records takes what waits in there too.
    private func continued(by call: Int) -> Lane? { continuing.flatMap { $0.call == call ? $0.lane : nil } }

    /// True if `call` takes the record now; otherwise it waits for its lane.
    mutating func admit(_ entry: Entry, call: Int) -> Bool {
        bytes += entry.size
        let lane = entry.payload.content.lend { lanes.lane(key: $0.key) }
        guard lanes.admit(entry, lane: lane, call: call) else { return false }
        running[entry.offset] = Running(entry: entry, lane: lane)
        return true
    }

    /// Its handling never began. It is the next of its lane, or, without one, of the source's records; a retry is handed back.
    mutating func putBack(_ offset: Int64, call: Int) -> Entry? {
        guard let record = running.removeValue(forKey: offset) else { return nil }
        guard isSource else {
            bytes -= record.entry.size
            return record.entry
        }
        guard let lane = record.lane, lanes.putBack(record.entry, lane, call: call) else {
            returned.insert(record.entry, at: returned.partitioningIndex { $0.offset > offset })
            return nil
        }
        letGo.removeAll { $0.lane == lane }
        letGo.insert((lane, offset), at: letGo.partitioningIndex { $0.offset > offset })
        return nil
    }

    /// What its handling came to is known. Its lane is let go when the handler has ended, which may be later.
    mutating func finish(_ offset: Int64, call: Int, keepsLane: Bool) -> Entry? {
        guard let record = running.removeValue(forKey: offset) else { return nil }
        bytes -= record.entry.size
        if let lane = record.lane { if keepsLane { kept[call, default: []].append(lane) } else { release(lane, call: call) } }
        return record.entry
    }

    /// A handler that was overdue has ended.
    mutating func releaseLanes(of call: Int) {
        for lane in kept.removeValue(forKey: call) ?? [] { release(lane, call: call) }
    }

    private mutating func release(_ lane: Lane, call: Int) {
        if lanes.release(lane, call: call), let next = lanes.next(lane) {
            letGo.insert((lane, next.offset), at: letGo.partitioningIndex { $0.offset > next.offset })
        }
    }
}
