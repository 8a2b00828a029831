import Testing

@testable import RetryCore

@Suite struct DelayQueueTests {
    private struct Waiting {
        var offset: Int64
        var due: Int64
    }

    /// What was put in comes out by due time, whatever was dropped and read again meanwhile.
    @Test(arguments: 1...30) func everythingComesOutOnceAndInOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = DelayQueue<Int64>()
        var truth: [Waiting] = []
        var out: Set<Int64> = []
        var now: Int64 = 0
        for offset in Int64(0)..<2_000 {
            let due = now + Int64.random(in: 0..<(seed.isMultiple(of: 2) ? 50 : 5_000), using: &random)
            queue.insert(offset: offset, due: Timestamp(milliseconds: due), payload: offset, size: 10)
            truth.append(Waiting(offset: offset, due: due))
            switch Int.random(in: 0..<20, using: &random) {
            case 0: queue.evictLaterHalf()
            case 1 where offset.isMultiple(of: 7): queue.evictAll()
            case 2, 3:
                for asked in queue.askForAbsent(limit: 30) where Int.random(in: 0..<4, using: &random) > 0 {
                    let isAwaited = queue.present(offset: asked, payload: asked, size: 10)
                    #expect(isAwaited)
                }
                queue.giveUpAsking()
            default: break
            }
            now += Int64.random(in: 0..<5, using: &random)
            var last = Timestamp.distantPast
            while let entry = queue.popDue(now: Timestamp(milliseconds: now)) {
                #expect(entry.payload == entry.offset)
                #expect(entry.due.milliseconds <= now, "never early")
                #expect(entry.due >= last)
                last = entry.due
                let isNew = out.insert(entry.offset).inserted
                #expect(isNew, "never twice")
            }
            #expect(queue.count == truth.count - out.count)
            #expect(queue.residentBytes == queue.residentCount * 10)
        }
        while queue.count > 0 {
            for asked in queue.askForAbsent(limit: .max) { _ = queue.present(offset: asked, payload: asked, size: 10) }
            while let entry = queue.popDue(now: .distantFuture) { out.insert(entry.offset) }
        }
        #expect(out.count == truth.count)
        #expect(queue.residentBytes == 0)
    }

    @Test func theSoonestDueAreKept() {
        var queue = DelayQueue<Int>()
        for offset in 0..<100 {
            queue.insert(offset: Int64(offset), due: Timestamp(milliseconds: Int64(1_000 - offset)), payload: offset, size: 1)
        }
        queue.evictLaterHalf()
        #expect(queue.residentCount == 50)
        #expect(queue.nextDue == Timestamp(milliseconds: 901))
        #expect(queue.nextAbsentDue == Timestamp(milliseconds: 951))
        queue.insert(offset: 200, due: Timestamp(milliseconds: 2_000), payload: 200, size: 1)
        #expect(queue.residentCount == 50, "what is due later than those dropped is not kept either")
        let asked = queue.askForAbsent(limit: 2)
        #expect(asked == [48, 49])
    }

    @Test func whatHasToBeKeptIsKeptThoughSoonerOnesWereDropped() {
        var queue = DelayQueue<Int>()
        for offset in 0..<10 { queue.insert(offset: Int64(offset), due: Timestamp(milliseconds: Int64(offset)), payload: offset, size: 1) }
        queue.evictLaterHalf()
        queue.insert(offset: 10, due: Timestamp(milliseconds: 10), payload: 10, size: 1, isKept: true)
        queue.insert(offset: 11, due: Timestamp(milliseconds: 11), payload: 11, size: 1)
        #expect(queue.residentCount == 6)
        var out: [Int64] = []
        while let entry = queue.popDue(now: .distantFuture) { out.append(entry.offset) }
        #expect(out == [0, 1, 2, 3, 4, 10])
    }

    @Test func whatIsGivenUpIsForgotten() {
        var queue = DelayQueue<Int>()
        queue.insertAbsent(offset: 1, due: Timestamp(milliseconds: 5))
        let asked = queue.askForAbsent(limit: 10)
        let removals = [queue.remove(offset: 1), queue.remove(offset: 1)]
        let isAwaited = queue.present(offset: 1, payload: 1, size: 1)
        #expect(asked == [1])
        #expect(removals == [true, false])
        #expect(!isAwaited)
        #expect(queue.count == 0)
    }
}
