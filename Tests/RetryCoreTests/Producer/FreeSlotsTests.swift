import Testing

@testable import RetryCore

@Suite struct FreeSlotsTests {
    /// A table as the machine keeps it: a free place if one is found, or one more.
    private struct Table {
        var free = FreeSlots()
        var held: Set<Int32> = []

        mutating func hold() -> Int32 {
            let slot = free.take() ?? free.grow()
            #expect(held.insert(slot).inserted, "place \(slot) was given out twice")
            return slot
        }

        mutating func release(_ slot: Int32) {
            held.remove(slot)
            free.insert(slot)
        }
    }

    @Test func whatIsTakenInARowLiesInARow() {
        var table = Table()
        for _ in 0..<1_000 { _ = table.hold() }
        // They end in another order than the one in which they came.
        for slot in stride(from: Int32(0), to: 1_000, by: 2) { table.release(slot) }
        for slot in stride(from: Int32(999), to: 0, by: -2) { table.release(slot) }
        let again = (0..<500).map { _ in table.hold() }
        #expect(again == Array(0..<500))
        for slot in again { table.release(slot) }
        #expect((0..<100).map { _ in table.hold() } == Array(500..<600))
    }

    @Test func aTableThatIsNearlyFullGrowsInPlaceOfBeingSearched() {
        var table = Table()
        for _ in 0..<8_000 { _ = table.hold() }
        for slot in Int32(7_000)..<7_900 { table.release(slot) }
        #expect(table.hold() == 8_000)
        table.release(6_999)
        for slot in Int32(6_000)..<6_200 { table.release(slot) }
        #expect(table.hold() < 8_000)
    }

    @Test func afterAPeakOnlyTheBeginningOfTheTableIsGoneRound() {
        var table = Table()
        for _ in 0..<100_000 { _ = table.hold() }
        for slot in Int32(0)..<100_000 { table.release(slot) }
        var highest: Int32 = 0
        for _ in 0..<30 {
            let row = (0..<1_000).map { _ in table.hold() }
            highest = max(highest, row.max() ?? 0)
            for slot in row { table.release(slot) }
        }
        #expect(highest < 8_192)
    }

    @Test(arguments: 0..<20) func noPlaceIsGivenOutTwice(seed: UInt64) {
        var dice = SplitMix64(seed: seed)
        var table = Table()
        for _ in 0..<20 {
            for _ in 0..<Int.random(in: 0...300, using: &dice) { _ = table.hold() }
            for slot in table.held where Bool.random(using: &dice) { table.release(slot) }
            #expect(table.free.count == table.free.capacity - table.held.count)
        }
    }
}
