/// Entries in order, linked through the table that holds them: taking any of them out costs the same.
struct SlotList: Sendable {
    private(set) var first: Int32 = -1
    private(set) var last: Int32 = -1
    private(set) var count = 0
    /// Where the latest insertion was: the next one is mostly beside it.
    private var hint: Int32 = -1

    var isEmpty: Bool { count == 0 }

    mutating func append(_ slot: Int32, in entries: inout [SendEntry]) { link(slot, behind: last, in: &entries) }

    /// Puts an entry where its sequence belongs. Cheap near the end, and beside the latest insertion.
    mutating func insert(_ slot: Int32, in entries: inout [SendEntry]) {
        let sequence = entries[Int(slot)].sequence
        var before = hint
        if before < 0 || last >= 0 && entries[Int(last)].sequence < sequence { before = last }
        while before >= 0, entries[Int(before)].sequence > sequence { before = entries[Int(before)].previous }
        while true {
            let next = before >= 0 ? entries[Int(before)].next : first
            guard next >= 0, entries[Int(next)].sequence < sequence else { break }
            before = next
        }
        link(slot, behind: before, in: &entries)
        hint = slot
    }

    mutating func remove(_ slot: Int32, in entries: inout [SendEntry]) {
        let (before, behind) = (entries[Int(slot)].previous, entries[Int(slot)].next)
        if before >= 0 { entries[Int(before)].next = behind } else { first = behind }
        if behind >= 0 { entries[Int(behind)].previous = before } else { last = before }
        if hint == slot { hint = before }
        entries[Int(slot)].previous = -1
        entries[Int(slot)].next = -1
        count -= 1
    }

    private mutating func link(_ slot: Int32, behind before: Int32, in entries: inout [SendEntry]) {
        let behind = before >= 0 ? entries[Int(before)].next : first
        entries[Int(slot)].previous = before
        entries[Int(slot)].next = behind
        if before >= 0 { entries[Int(before)].next = slot } else { first = slot }
        if behind >= 0 { entries[Int(behind)].previous = slot } else { last = slot }
        count += 1
    }
}
