/// The places of a table that nothing holds. They are given out going round the table: what is accepted in a row then lies in a row, and is
/// found in the processor's cache when its turn comes. The table should grow rather than be searched for its last free places.
struct FreeSlots: Sendable {
    /// The table's size.
    private(set) var capacity = 0
    /// How many of its places are free.
    private(set) var count = 0
    /// A bit for each place, set if it is free.
    private var words: [UInt64] = []
    /// Where the search goes on.
    private var cursor = 0

    /// A small table is gone round as a whole, a larger one as far as this many times what it holds.
    private static let smallTable = 4_096
    private static let spread = 4

    /// The place behind the last, which the table has to be made larger by; it is not free.
    mutating func grow() -> Int32 {
        if capacity % 64 == 0 { words.append(0) }
        capacity += 1
        return Int32(capacity - 1)
    }

    /// A free place; `nil` if finding one would take long.
    mutating func take() -> Int32? {
        guard count > capacity / 8 else { return nil }
        let reach = max(Self.smallTable, (capacity - count) * Self.spread)
        if cursor >= min(reach, capacity) { cursor = 0 }
        var word = cursor / 64
        var bits = words[word] & (.max << UInt64(cursor % 64))
        while bits == 0 {
            word = word + 1 == words.count ? 0 : word + 1
            bits = words[word]
        }
        let bit = bits.trailingZeroBitCount
        words[word] &= ~(1 << UInt64(bit))
        count -= 1
        cursor = word * 64 + bit + 1
        return Int32(cursor - 1)
    }

    /// Nothing holds the place any more.
    mutating func insert(_ slot: Int32) {
        let (word, bit) = (Int(slot) / 64, UInt64(slot) % 64)
        assert(words[word] & (1 << bit) == 0, "a place was freed twice")
        words[word] |= 1 << bit
        count += 1
    }
}
