import Testing

@testable import RetryCore

@Suite struct OffsetRunsTests {
    @Test(arguments: 1...20) func behavesAsASetOfOffsets(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var runs = OffsetRuns()
        var truth: Set<Int64> = []
        let width: Int64 = seed.isMultiple(of: 2) ? 200 : 6_000
        for step in 0..<2_000 {
            let start = Int64.random(in: 0..<width, using: &random)
            let length = Int64.random(in: 0...(step.isMultiple(of: 50) ? 40 : 2), using: &random)
            if step.isMultiple(of: 397) {
                runs.removeAll(below: start / 4)
                truth = truth.filter { $0 >= start / 4 }
            } else {
                runs.insert(start..<start + length)
                truth.formUnion(start..<start + length)
            }
            #expect(runs.count == Int64(truth.count))
            #expect(runs.contains(start) == truth.contains(start))
            #expect(runs.count(from: start) == Int64(truth.count { $0 >= start }))
        }
        #expect(Array(runs.runs.joined()) == truth.sorted())
        let bounds = Array(runs.runs)
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }, "runs are sorted and never touch")
    }

    @Test(arguments: 1...10) func holesAreWhatIsMissing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var runs = OffsetRuns()
        for _ in 0..<1_500 { runs.insert(Int64.random(in: 0..<5_000, using: &random)) }
        let range = Int64.random(in: 0..<2_000, using: &random)..<Int64.random(in: 2_000..<6_000, using: &random)
        let holes = runs.holes(in: range, limit: .max)
        #expect(Array(holes.joined()) == range.filter { !runs.contains($0) })
        #expect(runs.holes(in: range, limit: 3) == Array(holes.prefix(3)))
        #expect(runs.firstMissing(from: range.lowerBound) == (range.lowerBound...).first { !runs.contains($0) })
    }

    @Test(arguments: 1...20) func textKeepsThem(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var runs = OffsetRuns()
        for _ in 0..<300 {
            let start = Int64.random(in: 1_000..<(seed.isMultiple(of: 3) ? 1 << 60 : 9_000), using: &random)
            runs.insert(start..<start + Int64.random(in: 1...5, using: &random))
        }
        #expect(try #require(OffsetRuns(text: runs.text(from: 1_000), from: 1_000)) == runs)
    }

    @Test(arguments: 1...50) func mangledTextIsNothingOrSomeRunsButNeverATrap(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 32...126, using: &random) }
            let base = Int64.random(in: 0...Int64.max, using: &random)
            guard let runs = OffsetRuns(text: text, from: base) else { continue }
            #expect(runs.first.map { $0 >= base } ?? true)
        }
        #expect(OffsetRuns(text: "A".utf8, from: 0) == nil, "a gap without a length")
        #expect(OffsetRuns(text: "BA".utf8, from: 0) == nil, "an empty run")
        #expect(OffsetRuns(text: "B_______________P".utf8, from: 0) == nil, "a length beyond Int64")
    }

    @Test func theEndsOfTheNumbersAreSafe() {
        var runs = OffsetRuns([0..<1, Int64.max - 1..<Int64.max])
        runs.insert(.max)
        runs.insert(5..<5)
        #expect(runs.count == 2)
        runs.removeAll(below: .max)
        #expect(runs.isEmpty)
    }
}
