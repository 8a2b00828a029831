import RetryCore
import Testing

/// Payloads that do not fit into memory, and are read again before they are due.
@Suite struct HopMachineReadingTests {
    private let places = (0..<4).map { TopicPartition("T-Retry", Int32($0)) }

    /// How many offsets of each partition are to be read.
    private func reads(_ script: MachineScript) -> [Int] {
        script.actions.compactMap { if case .read(_, _, let offsets) = $0 { offsets.count } else { nil } }
    }

    @Test func everyPartitionGetsItsShareOfWhatIsReadAhead() throws {
        let script = try MachineScript { $0.payloadBytes = 200_000 }
        script.own(places)
        for place in places { script.fetch(Array(0..<2_000), at: place, dueAfter: 60_000) }
        #expect(script.machine.residentBytes <= 200_000)
        script.wait(60_000)
        // All that is here goes, and makes room.
        _ = script.wants()
        let counts = reads(script)
        #expect(counts.count == places.count, "\(counts)")
        #expect((counts.max() ?? 0) <= 2 * (counts.min() ?? 0), "\(counts)")
    }

    @Test func whatIsDueSoonIsNotDroppedBecauseOthersWere() throws {
        let script = try MachineScript { $0.payloadBytes = 200_000 }
        script.own()
        script.fetch(Array(0..<2_000), dueAfter: 3_600_000)
        _ = script.wants()
        script.answerRead(dueAfter: 3_600_000)
        script.fetch([2_000], dueAfter: 7_200_000)
        script.fetch([2_001], dueAfter: 1_000)
        #expect(script.wants() == [])
        script.wait(1_000)
        #expect(script.wants() == ["produce 1"], "without being read again")
        #expect(script.values == ["record 2001"])
    }
}
