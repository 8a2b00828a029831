/// Deadlines in a ring of spans, so that setting one and dropping it cost the same however many there are
/// (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987). One that has passed is told once its span has.
struct DeadlineWheel: Sendable {
    /// The width of a span, in milliseconds.
    static let span: Int64 = 10
    private static let spans = 16_384

    private var heads = [Int32](repeating: -1, count: Self.spans)
    /// The first span that has not passed.
    private var cursor: Int64 = .min
    private(set) var count = 0

    /// When the next span has passed; `.max` without deadlines.
    func nextMoment(now: Int64) -> Int64 { count > 0 ? (now / Self.span + 1) * Self.span : .max }

    mutating func insert(_ slot: Int32, in entries: inout [SendEntry], now: Int64) {
        if cursor == .min { cursor = now / Self.span }
        // What has passed already belongs to the span that is looked at next.
        let index = Int(max(entries[Int(slot)].deadline / Self.span, cursor) % Int64(Self.spans))
        let head = heads[index]
        entries[Int(slot)].nextInWheel = head
        entries[Int(slot)].previousInWheel = Self.mark(index)
        if head >= 0 { entries[Int(head)].previousInWheel = slot }
        heads[index] = slot
        count += 1
    }

    /// Drops an entry's deadline, if it is there.
    mutating func remove(_ slot: Int32, in entries: inout [SendEntry]) {
        let (before, behind) = (entries[Int(slot)].previousInWheel, entries[Int(slot)].nextInWheel)
        guard before != -1 else { return }
        if before >= 0 { entries[Int(before)].nextInWheel = behind } else { heads[Int(Self.mark(Int(before)))] = behind }
        if behind >= 0 { entries[Int(behind)].previousInWheel = before }
        entries[Int(slot)].nextInWheel = -1
        entries[Int(slot)].previousInWheel = -1
        count -= 1
    }

    /// Those whose deadline lies in a span that has passed, in the order in which they were accepted. They leave the wheel.
    mutating func expired(in entries: inout [SendEntry], now: Int64) -> [Int32] {
        let current = now / Self.span
        guard current > cursor else { return [] }
        // After a pause longer than the ring each span needs one look.
        var span = max(cursor, current - Int64(Self.spans))
        cursor = current
        guard count > 0 else { return [] }
        var found: [Int32] = []
        while span < current {
            var slot = heads[Int(span % Int64(Self.spans))]
            while slot >= 0 {
                let next = entries[Int(slot)].nextInWheel
                if entries[Int(slot)].deadline <= now { found.append(slot) }
                slot = next
            }
            span += 1
        }
        for slot in found { remove(slot, in: &entries) }
        return found.sorted { entries[Int($0)].sequence < entries[Int($1)].sequence }
    }

    /// What the head of a span has in place of a neighbour: -2 and below, and back.
    private static func mark(_ index: Int) -> Int32 { Int32(-2 - index) }
}
