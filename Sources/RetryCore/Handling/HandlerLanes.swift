/// Which records of a source partition may be handled side by side: those of one lane are handled one call after the other.
///
/// A lane is the partition, a key, or there is none, as the order says. A record whose lane is taken waits in it.
struct HandlerLanes<Item: LaneItem>: Sendable {
    private struct Lane: Sendable {
        /// The call that handles its records now; `nil` while the next one has been let go and not been taken.
        var holder: Int?
        /// The first and the last place of those that wait; -1 if none does.
        var first: Int32 = -1
        var last: Int32 = -1
    }

    /// A record that waits, and the place of the next one of its lane.
    private struct Place: Sendable {
        var item: Item?
        var next: Int32 = -1
    }

    /// What a lane is known by: its key's hash, so that no key is copied. Keys with the same hash share a lane, which keeps their order too.
    typealias Name = Int

    private let order: HandlerOrder
    private var lanes: [Name: Lane] = [:]
    /// All that waits, whichever lane it waits in: close together, since an array for each lane lies all over the memory.
    private var places: [Place] = []
    /// The first place in which nothing waits, linked to the others; -1 if there is none.
    private var free: Int32 = -1
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
        if lane.holder == call, lane.first < 0 { return true }
        let place = keep(item)
        if lane.last >= 0 { places[Int(lane.last)].next = place } else { lanes[name]?.first = place }
        lanes[name]?.last = place
        return false
    }

    /// The offset of the first record that waits in a lane.
    func next(_ name: Name) -> Int64? { lanes[name].flatMap(next) }

    private func next(_ lane: Lane) -> Int64? { lane.first < 0 ? nil : places[Int(lane.first)].item?.offset }

    /// The next record of a lane that was let go, which `call` takes; or of one that it holds already.
    mutating func takeNext(_ name: Name, call: Int) -> Item? {
        guard let lane = lanes[name], lane.holder == nil || lane.holder == call, lane.first >= 0 else { return nil }
        let place = Int(lane.first)
        let next = places[place].next
        lanes[name] = Lane(holder: call, first: next, last: next < 0 ? -1 : lane.last)
        waitingCount -= 1
        (places[place].next, free) = (free, lane.first)
        return places[place].item.take()
    }

    /// The call never began: what it took is the next of its lane again, which is let go. What it took last has to be put back first.
    mutating func putBack(_ item: Item, _ name: Name, call: Int) -> Bool {
        guard let lane = lanes[name], lane.holder == call || lane.holder == nil else { return false }
        let place = keep(item)
        places[Int(place)].next = lane.first
        lanes[name] = Lane(holder: nil, first: place, last: lane.first < 0 ? place : lane.last)
        return true
    }

    /// The call is over. Answers the offset of the record that waits in its lane, if one does, which ``takeNext(_:call:)`` now gives to
    /// another call.
    mutating func release(_ name: Name, call: Int) -> Int64? {
        guard let lane = lanes[name], lane.holder == call else { return nil }
        guard let next = next(lane) else {
            lanes[name] = nil
            return nil
        }
        lanes[name]?.holder = nil
        return next
    }

    /// All that wait, in any order.
    var waiting: some Sequence<Item> { places.lazy.compactMap(\.item) }

    private mutating func keep(_ item: Item) -> Int32 {
        waitingCount += 1
        guard free >= 0 else {
            places.append(Place(item: item))
            return Int32(truncatingIfNeeded: places.count - 1)
        }
        let place = free
        free = places[Int(place)].next
        places[Int(place)] = Place(item: item)
        return place
    }
}

/// What can wait in a lane.
protocol LaneItem: Sendable {
    /// Its place in the partition.
    var offset: Int64 { get }
}
