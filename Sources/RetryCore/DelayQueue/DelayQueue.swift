/// What waits in one retry partition, by due time: any delay per record, at most 32 bytes of index each.
///
/// A record's payload is kept while memory allows, the soonest due first; the others are known by offset and due time only
/// and asked for again before they are due. The queue holds no timer and reads no clock.
public struct DelayQueue<Payload: Sendable>: Sendable {
    /// A record that waits without its payload.
    struct Absent: Comparable {
        var due: Timestamp
        var offset: Int64
        static func < (left: Self, right: Self) -> Bool {
            left.due == right.due ? left.offset < right.offset : left.due < right.due
        }
    }

    /// A record that waits with its payload in a slot.
    struct Present: Comparable {
        var key: Absent
        var slot: Int32
        static func < (left: Self, right: Self) -> Bool { left.key < right.key }
        static func == (left: Self, right: Self) -> Bool { left.key == right.key }
    }

    /// A record that is handed out with its payload.
    public struct Entry: Sendable {
        /// Its place in the partition.
        public var offset: Int64
        /// When it is due.
        public var due: Timestamp
        /// The record itself.
        public var payload: Payload
        /// What the payload counts against the memory bound, in bytes.
        public var size: Int
    }

    private var present = RunHeap<Present>()
    private var absent = RunHeap<Absent>()
    private var asked: [Int64: Timestamp] = [:]
    private var slots: [(payload: Payload, size: Int)?] = []
    private var freeSlots: [Int32] = []
    /// Payloads due at or after this moment are not kept.
    private var cut = Timestamp.distantFuture

    /// The memory that kept payloads take, in bytes.
    public private(set) var residentBytes = 0

    /// An empty queue.
    public init() {}

    /// How many records it knows, those that were asked for included.
    public var count: Int { present.count + absent.count + asked.count }

    /// How many payloads are kept.
    public var residentCount: Int { present.count }

    /// How many payloads have been asked for and not come back.
    public var askedCount: Int { asked.count }

    /// When the next record with a payload is due.
    public var nextDue: Timestamp? { present.min?.key.due }

    /// The next record with a payload, by place and due time.
    public var next: (offset: Int64, due: Timestamp)? { present.min.map { ($0.key.offset, $0.key.due) } }

    /// When the next record without a payload is due: it has to be read again before.
    public var nextAbsentDue: Timestamp? { absent.min?.due }

    /// Adds a record of `size` bytes that waits until `due`. Its payload is kept if it is due before all that were dropped, or `isKept`.
    public mutating func insert(offset: Int64, due: Timestamp, payload: Payload, size: Int, isKept: Bool = false) {
        guard due < cut || isKept, slots.count - freeSlots.count < Int(Int32.max) else {
            return absent.insert(Absent(due: due, offset: offset))
        }
        keep(Absent(due: due, offset: offset), payload, size)
    }

    /// Adds a record of which only its place and due time are known.
    public mutating func insertAbsent(offset: Int64, due: Timestamp) { absent.insert(Absent(due: due, offset: offset)) }

    /// Takes out the next record that is due at `now`, if its payload is here.
    public mutating func popDue(now: Timestamp) -> Entry? {
        guard let min = present.min, min.key.due <= now, let next = present.popMin() else { return nil }
        return release(next)
    }

    /// What is due behind `moment`, through `end`, is due then: whoever takes it out has to look whether it is.
    public mutating func bringForward(to moment: Timestamp, through end: Timestamp) {
        func earlier(_ due: Timestamp) -> Timestamp { due > moment && due <= end ? moment : due }
        present = RunHeap(present.elements.map { Present(key: Absent(due: earlier($0.key.due), offset: $0.key.offset), slot: $0.slot) })
        absent = RunHeap(absent.elements.map { Absent(due: earlier($0.due), offset: $0.offset) })
        asked = asked.mapValues(earlier)
    }

    // MARK: Memory

    /// Drops the later half of the kept payloads; records that come later than those stay without one for the time being.
    public mutating func evictLaterHalf() {
        let sorted = present.elements.sorted()
        guard sorted.count > 1 else { return }
        let kept = sorted.count / 2
        present = RunHeap(sorted: sorted[..<kept].enumerated().map { Present(key: $1.key, slot: Int32(truncatingIfNeeded: $0)) })
        slots = sorted[..<kept].map { slots[Int($0.slot)] }
        freeSlots = []
        residentBytes = slots.reduce(0) { $0 + ($1?.size ?? 0) }
        cut = Swift.min(cut, sorted[kept].key.due)
        absent = RunHeap(absent.elements + sorted[kept...].map(\.key))
    }

    /// Drops every payload.
    public mutating func evictAll() {
        absent = RunHeap(absent.elements + present.elements.map(\.key) + asked.map { Absent(due: $0.value, offset: $0.key) })
        present = RunHeap()
        asked = [:]
        slots = []
        freeSlots = []
        residentBytes = 0
        cut = .distantFuture
    }

    /// The offsets, sorted, of the soonest due records without payload, at most `limit` of them, which the caller now reads again
    /// and answers with ``present(offset:payload:size:)`` or ``remove(offset:)`` each.
    public mutating func askForAbsent(limit: Int) -> [Int64] {
        var offsets: [Int64] = []
        while offsets.count < limit, let next = absent.popMin() {
            asked[next.offset] = next.due
            offsets.append(next.offset)
            cut = Swift.max(cut, next.due)
        }
        if absent.isEmpty { cut = .distantFuture }
        return offsets.sorted()
    }

    /// Takes in a payload that was asked for. False if nobody waits for it.
    public mutating func present(offset: Int64, payload: Payload, size: Int) -> Bool {
        guard let due = asked.removeValue(forKey: offset) else { return false }
        keep(Absent(due: due, offset: offset), payload, size)
        return true
    }

    /// Gives up a record that was asked for and cannot be read any more. False if nobody waits for it.
    public mutating func remove(offset: Int64) -> Bool { asked.removeValue(forKey: offset) != nil }

    /// Takes back whatever was asked for and did not come: it will be asked for again.
    public mutating func giveUpAsking() {
        for (offset, due) in asked { absent.insert(Absent(due: due, offset: offset)) }
        asked = [:]
    }

    /// Forgets the records that `isStale` names, by offset: they were done some other way.
    public mutating func removeAll(where isStale: (Int64) -> Bool) {
        var kept: [Present] = []
        for entry in present.elements {
            if isStale(entry.key.offset) { _ = release(entry) } else { kept.append(entry) }
        }
        present = RunHeap(kept)
        absent = RunHeap(absent.elements.filter { !isStale($0.offset) })
        asked = asked.filter { !isStale($0.key) }
    }

    private mutating func keep(_ key: Absent, _ payload: Payload, _ size: Int) {
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
            slots[Int(slot)] = (payload, size)
        } else {
            slot = Int32(truncatingIfNeeded: slots.count)
            slots.append((payload, size))
        }
        residentBytes += size
        present.insert(Present(key: key, slot: slot))
    }

    private mutating func release(_ entry: Present) -> Entry? {
        guard let (payload, size) = slots[Int(entry.slot)].take() else { return nil }
        freeSlots.append(entry.slot)
        residentBytes -= size
        return Entry(offset: entry.key.offset, due: entry.key.due, payload: payload, size: size)
    }
}
