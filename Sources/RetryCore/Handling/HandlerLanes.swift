/// Which records of a source partition may be handled side by side: those of one lane are handled one call after the other.
///
/// A lane is the partition, a key, or there is none, as the order says. A record whose lane is taken waits in it.
struct HandlerLanes<Item: Sendable>: Sendable {
    private struct Lane: Sendable {
        /// The call that handles its records now; `nil` while the next one has been let go and not been taken.
        var holder: Int?
        var waiting: [Item] = []
        /// Waiting items that have left already.
        var taken = 0
    }

    private let order: HandlerOrder
    private var lanes: [[UInt8]?: Lane] = [:]
    /// How many records wait in lanes.
    private(set) var waitingCount = 0

    init(_ order: HandlerOrder) { self.order = order }

    /// Whether no record could start, whichever came next.
    var isBlocked: Bool { order == .partition && !lanes.isEmpty }

    /// Whether records with this key share a lane.
    func hasLane(key: [UInt8]?) -> Bool {
        switch order {
        case .partition: true
        case .key: key != nil
        case .unordered: false
        }
    }

    /// What a lane is known by: its key, or nothing where the partition is the lane.
    private func name(_ key: [UInt8]?) -> [UInt8]? { order == .partition ? nil : key }

    /// True if `call` takes the record now; it holds the lane from then on. If not, the record waits.
    mutating func admit(_ item: Item, key: [UInt8]?, call: Int) -> Bool {
        guard hasLane(key: key) else { return true }
        let name = name(key)
        guard let lane = lanes[name] else {
            lanes[name] = Lane(holder: call)
            return true
        }
        if lane.holder == call, lane.taken == lane.waiting.count { return true }
        lanes[name]?.waiting.append(item)
        waitingCount += 1
        return false
    }

    /// The first record that waits in a lane.
    func next(key: [UInt8]?) -> Item? {
        guard let lane = lanes[name(key)], lane.taken < lane.waiting.count else { return nil }
        return lane.waiting[lane.taken]
    }

    /// The next record of a lane that was let go, which `call` takes; or of one that it holds already.
    mutating func takeNext(key: [UInt8]?, call: Int) -> Item? {
        let name = name(key)
        guard var lane = lanes[name], lane.holder == nil || lane.holder == call, lane.taken < lane.waiting.count else { return nil }
        let item = lane.waiting[lane.taken]
        lane.holder = call
        lane.taken += 1
        if lane.taken > 32, lane.taken * 2 > lane.waiting.count {
            lane.waiting.removeFirst(lane.taken)
            lane.taken = 0
        }
        waitingCount -= 1
        lanes[name] = lane
        return item
    }

    /// The call is over. True if a record waits in its lane, which ``takeNext(key:call:)`` now gives to another call.
    mutating func release(key: [UInt8]?, call: Int) -> Bool {
        let name = name(key)
        guard let lane = lanes[name], lane.holder == call else { return false }
        guard lane.taken < lane.waiting.count else {
            lanes[name] = nil
            return false
        }
        lanes[name]?.holder = nil
        return true
    }

    /// All that wait.
    var waiting: some Sequence<Item> { lanes.values.lazy.flatMap { $0.waiting[$0.taken...] } }
}
