import Testing

@testable import RetryCore

@Suite struct CompletionMarkerTests {
    private let place = TopicPartition("T-Retry", 3)
    private let runs = OffsetRuns([100..<103, 5_000..<5_001])

    private func written(_ marker: CompletionMarker, at offset: Int64 = 9, partition: Int32 = 3) -> KafkaRecord {
        let record = marker.record(for: place)
        return KafkaRecord(
            source: TopicPartition("T-Retry", partition), offset: offset, timestamp: nil, key: record.key, value: record.value,
            headers: record.headers)
    }

    @Test func aMarkerIsReadBackAsItWasWritten() throws {
        let previous = MarkerReference(offset: 4, id: 99)
        let marker = CompletionMarker(id: .max, group: "g", partition: 3, previous: previous, runs: runs)
        let found = try #require(CompletionMarker(written(marker), group: "g"))
        #expect(found == marker)
        #expect(try #require(found.runs) == runs)
        #expect(found.previous == previous)
        #expect(marker.record(for: place).headers.text(.retryGroup) == "g")
    }

    @Test func oneOfAnotherPartitionIsNone() {
        let marker = CompletionMarker(id: 7, group: "g", partition: 3, previous: nil, runs: runs)
        #expect(CompletionMarker(written(marker, partition: 2), group: "g") == nil)
    }

    @Test(arguments: 1...30) func aMangledOneNeverTraps(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let marker = CompletionMarker(id: 7, group: "g", partition: 3, previous: MarkerReference(offset: 4, id: 99), runs: runs)
        var record = written(marker)
        let intact = record.value ?? []
        for _ in 0..<300 {
            var value = intact
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                value[Int.random(in: 0..<value.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            record.value = Array(value.prefix(Int.random(in: 0...value.count, using: &random)))
            if let found = CompletionMarker(record, group: "g") { #expect(found.runs != nil, "what is recognised can be used") }
        }
        record.value = nil
        #expect(CompletionMarker(record, group: "g") == nil)
    }
}
