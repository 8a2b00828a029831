import Testing

@testable import RetryCore

@Suite struct CallTableTests {
    @Test func anElementIsFoundByItsCallAndTakenOnce() {
        var table = CallTable<String>()
        for id in 1...3 { table.insert("\(id)", id: id) }
        table[2] = "two"
        #expect(table[2] == "two" && table.count == 3)
        #expect(table.remove(2) == "two" && table.remove(2) == nil && table[2] == nil && table.count == 2)
        table[2] = "again"
        #expect(table[2] == nil && table.count == 2, "what has left is not changed")
        #expect(table[0] == nil && table[4] == nil && table.remove(4) == nil)
    }

    @Test func idsMayLeaveOthersOut() {
        var table = CallTable<Int>()
        for id in [5, 9, 10, 1_000_000, 1_000_003] { table.insert(id, id: id) }
        #expect(table.elements.map(\.id) == [5, 9, 10, 1_000_000, 1_000_003])
        #expect(table[7] == nil && table[9] == 9 && table.remove(1_000_000) == 1_000_000 && table.remove(5) == 5)
        #expect(table.elements.map(\.element) == [9, 10, 1_000_003])
    }

    @Test func whoOutlivesThousandsIsStillThere() {
        var table = CallTable<Int>()
        var outliving: [Int] = []
        for id in 1...100_000 {
            table.insert(id, id: id)
            if id % 1_000 == 0 { outliving.append(id) } else { #expect(table.remove(id) == id) }
        }
        #expect(table.count == 100 && table.elements.map(\.id) == outliving)
        for id in outliving { table[id] = -id }
        for id in outliving.reversed() { #expect(table.remove(id) == -id) }
        #expect(table.isEmpty && table.elements.isEmpty)
    }

    @Test(arguments: [1, 2, 3]) func randomCallsAreAsInADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (table, model): (CallTable<Int>, [Int: Int]) = (CallTable(), [:])
        var last = 0
        for _ in 0..<20_000 {
            switch random.next() % 8 {
            case 0...3:
                last += random.next() % 500 == 0 ? 10_000 : Int(random.next() % 3) + 1
                table.insert(last, id: last)
                model[last] = last
            case 4:
                guard let id = model.keys.min(), random.next() % 16 == 0 else { continue }
                #expect(table.remove(id) == model.removeValue(forKey: id), "seed \(seed)")
            case 5, 6:
                let id = last - Int(random.next() % 64)
                #expect(table.remove(id) == model.removeValue(forKey: id), "seed \(seed)")
            default:
                let id = last - Int(random.next() % 5_000)
                table[id] = -1
                if model[id] != nil { model[id] = -1 }
            }
        }
        #expect(table.count == model.count && table.elements.map(\.id) == model.keys.sorted(), "seed \(seed)")
        #expect(table.elements.map(\.element) == model.sorted { $0.key < $1.key }.map(\.value), "seed \(seed)")
    }
}
