import Testing

@testable import RetryCore

@Suite struct ProgressTests {
    private func candidate(_ progress: Progress, _ completed: [Int64], capacity: Int = 3_000) -> Progress.Candidate {
        progress.candidate(completing: completed, owner: "o", group: "g", partition: 0, capacity: capacity, markerID: { 5 })
    }

    @Test func offsetsThatNeverArriveAreDone() {
        var progress = Progress(lowWater: 10)
        let first = progress.see(12)
        #expect(first)
        #expect(progress.lowWater == 12)
        let second = progress.see(15)
        #expect(second)
        #expect(progress.isDone(14))
        #expect(progress.open == 2)
    }

    @Test func anOffsetIsHandledOnce() {
        var progress = Progress(lowWater: 0)
        let seen = [0, 0, -1, .max].map { progress.see($0) }
        #expect(seen == [true, false, false, false])
    }

    @Test func nothingIsDoneBeforeItIsCommitted() {
        var progress = Progress(lowWater: 0)
        for offset in 0..<4 { _ = progress.see(Int64(offset)) }
        let first = candidate(progress, [0, 2])
        #expect(first.lowWater == 1)
        #expect(progress.lowWater == 0)
        #expect(!progress.isDone(2))
        progress.commit(first, markerOffset: nil)
        #expect(progress.lowWater == 1)
        #expect(progress.isDone(2))
        #expect(progress.open == 2)
    }

    @Test func whatOutgrowsTheMetadataMovesIntoAMarker() throws {
        var progress = Progress(lowWater: 0)
        for offset in 0..<200 { _ = progress.see(Int64(offset)) }
        let full = candidate(progress, Array(stride(from: 1, to: 199, by: 2)), capacity: 60)
        let marker = try #require(full.marker)
        #expect(marker.runs?.count == 99)
        #expect(progress.saved(full, owner: "o", markerOffset: 200).metadata == "kr1 owner=o marker=200/5")
        progress.commit(full, markerOffset: 200)
        let next = candidate(progress, [100], capacity: 60)
        #expect(next.marker == nil, "its set starts empty again")
        #expect(progress.saved(next, owner: "o", markerOffset: nil).marker == MarkerReference(offset: 200, id: 5))
    }

    @Test func waitingIsExactWhileWhatIsDoneAheadIsReadAgain() {
        var progress = Progress(lowWater: 0, unsaved: OffsetRuns([20..<30]))
        for offset in 0..<10 { _ = progress.see(Int64(offset)) }
        #expect(progress.open == 10)
        for offset in 10..<40 { _ = progress.see(Int64(offset)) }
        #expect(progress.open == 30)
    }

    @Test(arguments: 1...20) func aReaderOfWhatWasSavedKnowsWhatIsDone(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var progress = Progress(lowWater: 0)
        var waiting: Set<Int64> = []
        var done: Set<Int64> = []
        for offset in Int64(0)..<600 where Int.random(in: 0..<10, using: &random) > 0 {
            if progress.see(offset) { waiting.insert(offset) }
        }
        for _ in 0..<30 {
            let completed = waiting.filter { _ in Int.random(in: 0..<20, using: &random) == 0 }.sorted()
            let next = candidate(progress, completed)
            let text = progress.saved(next, owner: "o", markerOffset: nil).metadata
            progress.commit(next, markerOffset: nil)
            waiting.subtract(completed)
            done.formUnion(completed)
            guard case .saved(let found) = FoundProgress(metadata: text, lowWater: next.lowWater) else {
                Issue.record("not recognised: \(text)")
                return
            }
            let again = Progress(lowWater: next.lowWater, unsaved: try #require(found.runs(above: next.lowWater)))
            #expect(done.allSatisfy(again.isDone))
            #expect(!waiting.contains(where: again.isDone))
        }
    }
}
