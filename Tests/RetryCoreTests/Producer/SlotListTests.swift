import Testing

@testable import RetryCore

@Suite struct SlotListTests {
    /// Against a plain array, whatever is put in at the end or in its place and taken out anywhere.
    @Test func itIsTheArrayThatItStandsFor() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        print("slot list seed \(seed)")
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var (list, truth): (SlotList, [Int32]) = (SlotList(), [])
            var entries = (0..<100).map { SendEntry(sequence: UInt64($0)) }
            for _ in 0..<500 {
                let slot = Int32.random(in: 0..<100, using: &random)
                if let index = truth.firstIndex(of: slot) {
                    list.remove(slot, in: &entries)
                    truth.remove(at: index)
                } else if truth.last ?? -1 < slot, Bool.random(using: &random) {
                    list.append(slot, in: &entries)
                    truth.append(slot)
                } else {
                    list.insert(slot, in: &entries)
                    truth.insert(slot, at: truth.firstIndex { $0 > slot } ?? truth.count)
                }
                #expect(forwards(list, entries) == truth, "seed \(seed)")
                #expect(backwards(list, entries) == truth.reversed(), "seed \(seed)")
                #expect(list.count == truth.count && list.isEmpty == truth.isEmpty)
            }
        }
    }

    private func forwards(_ list: SlotList, _ entries: [SendEntry]) -> [Int32] {
        Array(sequence(first: list.first) { entries[Int($0)].next }.prefix { $0 >= 0 })
    }

    private func backwards(_ list: SlotList, _ entries: [SendEntry]) -> [Int32] {
        Array(sequence(first: list.last) { entries[Int($0)].previous }.prefix { $0 >= 0 })
    }
}
