/// The handling of one partition's records in this process: which run, and which wait for their lane.
struct PartitionHandling: Sendable {
    typealias Entry = DelayQueue<KafkaRecord>.Entry

    let settings: HandlerSettings
    /// Whether it is a source topic's partition, whose records are due at once and have an order.
    let isSource: Bool
    /// What shares slots with it.
    let pool: HopMachine.Handlers.Pool
    typealias Lane = HandlerLanes<Entry>.Name

    /// A record that a call takes, and the lane that the call holds for it.
    struct Taken {
        var entry: Entry
        var lane: Lane?
    }

    /// A lane in which a record can start.
    private struct Opening: Comparable {
        var offset: Int64
        var lane: Lane
        static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
    }

    /// The calls that run.
    private var running = CallTable<HandlerCall>(window: 512)
    /// How many records they have.
    private(set) var runningCount = 0
    private var lanes: HandlerLanes<Entry>
    /// The lowest offset first.
    private var openings = BinaryHeap<Opening>()
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

    /// The first record that waited here and that `call` could take now.
    func nextLetGo(call: Int) -> Int64? {
        if let lane = continued(by: call), let offset = lanes.next(lane) { return offset }
        guard let first = returned.first?.offset else { return openings.min?.offset }
        return min(first, openings.min?.offset ?? .max)
    }

    /// All that run or wait here, with their due times.
    var offsets: [(offset: Int64, due: Timestamp)] {
        running.elements.flatMap { $0.element.items.map { ($0.record.offset, $0.queuedUntil) } }
            + returned.map { ($0.offset, $0.due) } + lanes.waiting.map { ($0.offset, $0.due) }
    }

    // MARK: - Starting

    /// The next record whose turn in its lane has come; `call` takes the lane.
    mutating func takeLetGo(call: Int) -> Taken? {
        if let lane = continued(by: call), let entry = lanes.takeNext(lane, call: call) { return take(entry, lane) }
        if let first = returned.first?.offset, first < openings.min?.offset ?? .max { return take(returned.removeFirst(), nil) }
        guard let lane = openings.popMin()?.lane, let entry = lanes.takeNext(lane, call: call) else { return nil }
        continuing = (call, lane)
        return take(entry, lane)
    }

    /// The lane that `call` took last: a call of many records takes what waits in there too.
    private func continued(by call: Int) -> Lane? { continuing.flatMap { $0.call == call ? $0.lane : nil } }

    /// `call` takes the record now, unless it waits for its lane.
    mutating func admit(_ entry: Entry, call: Int) -> Taken? {
        bytes += entry.size
        let lane = entry.payload.content.lend { lanes.lane(key: $0.key) }
        return lanes.admit(entry, lane: lane, call: call) ? take(entry, lane) : nil
    }

    private mutating func take(_ entry: Entry, _ lane: Lane?) -> Taken {
        runningCount += 1
        return Taken(entry: entry, lane: lane)
    }

    /// What was taken for it is handed out.
    mutating func start(_ call: HandlerCall) { running.insert(call, id: call.id) }

    // MARK: - Ending

    /// A call never began: its records may start again. Each is the next of its lane, or, without one, of the source's records; retries are
    /// answered, to wait in the queue.
    mutating func putBack(_ call: HandlerCall) -> [Entry] {
        guard running.remove(call.id) != nil else { return [] }
        runningCount -= call.items.count
        let entries = call.items.map {
            Entry(offset: $0.record.offset, due: $0.queuedUntil, payload: $0.record, size: $0.record.residentSize)
        }
        guard isSource else {
            bytes -= call.bytes
            return entries
        }
        for (entry, lane) in zip(entries, call.lanes).reversed() { putBack(entry, lane, call: call.id) }
        return []
    }

    private mutating func putBack(_ entry: Entry, _ lane: Lane?, call: Int) {
        guard let lane, lanes.putBack(entry, lane, call: call) else {
            return returned.insert(entry, at: returned.partitioningIndex { $0.offset > entry.offset })
        }
        openings = BinaryHeap(openings.elements.filter { $0.lane != lane } + [Opening(offset: entry.offset, lane: lane)])
    }

    /// What its handling came to is known. Its lanes are let go when the handler has ended, which may be later. False if it was known.
    mutating func finish(_ call: HandlerCall, keepsLanes: Bool) -> Bool {
        guard running.remove(call.id) != nil else { return false }
        runningCount -= call.items.count
        bytes -= call.bytes
        for case let lane? in call.lanes {
            if keepsLanes { kept[call.id, default: []].append(lane) } else { release(lane, call: call.id) }
        }
        return true
    }

    /// A handler that was overdue has ended.
    mutating func releaseLanes(of call: Int) {
        for lane in kept.removeValue(forKey: call) ?? [] { release(lane, call: call) }
    }

    private mutating func release(_ lane: Lane, call: Int) {
        if let next = lanes.release(lane, call: call) { openings.insert(Opening(offset: next, lane: lane)) }
    }
}

extension DelayQueue.Entry: LaneItem {}
