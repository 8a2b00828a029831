import Testing

@testable import RetryCore

@Suite struct RunHeapTests {
    /// Against a sorted list, with elements that come in order, at random and both, and with so many taken that the run gives room back.
    @Test(arguments: [0.0, 0.05, 0.5, 1.0]) func theSmallestComesFirst(outOfOrder: Double) {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        print("run heap seed \(seed)")
        var random = SplitMix64(seed: seed)
        var (heap, model, next) = (RunHeap<Int>(), [Int](), 0)
        for round in 0..<20 {
            let isGrowing = round % 3 != 2
            for _ in 0..<2_000 {
                if Double.random(in: 0..<1, using: &random) < (isGrowing ? 0.7 : 0.2) {
                    next += Int.random(in: 0...2, using: &random)
                    let element = Double.random(in: 0..<1, using: &random) < outOfOrder ? Int.random(in: 0...next, using: &random) : next
                    heap.insert(element)
                    let place = model.firstIndex { $0 > element } ?? model.count
                    model.insert(element, at: place)
                } else {
                    #expect(heap.min == model.first)
                    let taken = heap.popMin()
                    #expect(taken == model.first, "seed \(seed)")
                    if !model.isEmpty { model.removeFirst() }
                }
                if heap.count != model.count { Issue.record("\(heap.count), not \(model.count), seed \(seed)") }
            }
            #expect(heap.elements.sorted() == model, "seed \(seed)")
            if round == 10 { heap = RunHeap(heap.elements) }
        }
        while let least = heap.popMin() {
            #expect(least == model.first, "seed \(seed)")
            if !model.isEmpty { model.removeFirst() }
        }
        #expect(model.isEmpty && heap.isEmpty)
    }

    @Test func anEmptyOneHasNothing() {
        var heap = RunHeap<Int>()
        #expect(heap.min == nil && heap.popMin() == nil && heap.isEmpty && heap.elements.isEmpty)
    }
}
