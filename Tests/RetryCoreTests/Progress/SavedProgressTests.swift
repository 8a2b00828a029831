import Testing

@testable import RetryCore

@Suite struct SavedProgressTests {
    private let marker = MarkerReference(offset: 77, id: 0xABCD_EF01_2345_6789)

    @Test func metadataIsReadBackAsItWasWritten() throws {
        let runs = OffsetRuns([12..<15, 20..<21, 400..<4_000])
        let saved = SavedProgress(owner: "relay-host.1", marker: marker, unsaved: runs, lowWater: 10)
        #expect(saved.metadata == "kr1 owner=relay-host.1 marker=77/abcdef0123456789 done=CDFB7LwwD")
        guard case .saved(let found) = FoundProgress(metadata: saved.metadata, lowWater: 10) else {
            Issue.record("not recognised: \(saved.metadata)")
            return
        }
        #expect(found == saved)
        #expect(try #require(found.runs(above: 10)) == runs)
    }

    @Test(arguments: ["relay 1", "re\u{0}lay\n1", "réläy1", ""]) func anyOwnerLeavesMetadataPrintableAndLegible(owner: String) {
        let saved = SavedProgress(owner: owner, marker: nil, unsaved: OffsetRuns([5..<6]), lowWater: 1)
        #expect(saved.metadata.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
        guard case .saved(let found) = FoundProgress(metadata: saved.metadata, lowWater: 1) else {
            Issue.record("not recognised: \(saved.metadata)")
            return
        }
        #expect(found.runs(above: 1)?.count == 1)
    }

    @Test(arguments: [
        nil, "", " ", "checkpoint 7", "kr", "krx owner=a", "kr1", "kr0 owner=a", "kr-1 owner=a", "kr1 owner=a done=B",
        "kr1 owner=a marker=7",
    ])
    func metadataOfOthersSaysNothing(metadata: String?) { #expect(FoundProgress(metadata: metadata, lowWater: 0) == .foreign) }

    @Test func aNewerVersionIsNamedAndNotGuessedAt() {
        #expect(FoundProgress(metadata: "kr2 owner=a done=!!", lowWater: 0) == .newer(version: 2))
        #expect(FoundProgress(metadata: "kr999 anything", lowWater: 0) == .newer(version: 999))
    }

    @Test(arguments: 1...30) func mangledMetadataNeverTraps(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let intact = Array(
            SavedProgress(owner: "relay", marker: marker, unsaved: OffsetRuns([12..<15, 900..<901]), lowWater: 3).metadata.utf8)
        for _ in 0..<300 {
            var text = intact
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let lowWater = Int64.random(in: 0...Int64.max, using: &random)
            if case .saved(let found) = FoundProgress(metadata: String(decoding: text, as: UTF8.self), lowWater: lowWater) {
                #expect(found.runs(above: lowWater) != nil, "what is recognised can be used")
            }
        }
    }
}
