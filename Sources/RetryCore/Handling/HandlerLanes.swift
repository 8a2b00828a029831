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

    /// What a lane is known by: its key's hash, so that no key is copied. Keys with the same hash share a lane, which keeps their order too.
    typealias Name = Int

    private let order: HandlerOrder
    private var lanes: [Name: Lane] = [:]
    /// How many records wait in lanes.
    private(set) var waitingCount = 0

    init(_ order: HandlerOrder) { self.order = order }

    /// Whether no record could start, whichever came next.
    var isBlocked: Bool { order == .partition && !lanes.isEmpty }

    /// The lane of records with this key; `nil` for none.
    func lane(key: UnsafeRawBufferPointer?) -> Name? {
        switch (order, key) {
        case (.partition, _): return 0
        case (.unordered, _), (.key, nil): return nil
        case (.key, let key?):
            var hasher = Hasher()
            hasher.combine(bytes: key)
            return hasher.finalize()
        }
    }

    /// True if `call` takes the record now; it holds the lane from then on. If not, the record waits.
    mutating func admit(_ item: Item, lane name: Name?, call: Int) -> Bool {
        guard let name else { return true }
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
    func next(_ name: Name) -> Item? {
        guard let lane = lanes[name], lane.taken < lane.waiting.count else { return nil }
        return lane.waiting[lane.taken]
    }

    /// The next record of a lane that was let go, which `call` takes; or of one that it holds already.
    mutating func takeNext(_ name: Name, call: Int) -> Item? {
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

    /// The call never began: what it took is the next of its lane again, which is let go. What it took last has to be put back first.
    mutating func putBack(_ item: Item, _ name: Name, call: Int) -> Bool {
        guard let lane = lanes[name], lane.holder == call || lane.holder == nil else { return false }
        lanes[name]?.waiting.insert(item, at: lane.taken)
        lanes[name]?.holder = nil
        waitingCount += 1
        return true
    }

    /// The call is over. True if a record waits in its lane, which ``takeNext(_:call:)`` now gives to another call.
    mutating func release(_ name: Name, call: Int) -> Bool {
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
