import KafkaRetry
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// What a spool does that is full, and how many commits it takes.
@Suite struct RoomTests {
    private static func entry(_ bytes: Int) -> SpoolEntry { SpoolEntry(value: [UInt8](repeating: 1, count: bytes), topic: "") }

    private static func settings(_ whenFull: SpoolSettings.WhenFull) -> SpoolSettings {
        SpoolSettings(maxBytes: 1_000, whenFull: whenFull, diskReserve: 0)
    }

    /// Runs the others until `spool` has so many that wait.
    private static func wait(for count: Int, in spool: SpoolFile) async {
        while spool.waiting != count { await Task.yield() }
    }

    @Test func aFullOneRefuses() async throws {
        try await SpoolFolder.withSpool(Self.settings(.refuse)) { spool, folder in
            let first = try await spool.append([Self.entry(600)])
            await #expect { try await spool.append([Self.entry(300), Self.entry(101)]) } throws: { ($0 as? SpoolError)?.code == .full }
            #expect(try await spool.contents().bytes == 600)
            _ = try await spool.append([Self.entry(400)])
            try await spool.remove(first)
            _ = try await spool.append([Self.entry(600)])
            await spool.close()
            try await folder.reopened(Self.settings(.refuse)) { spool in
                await #expect { try await spool.append([Self.entry(1)]) } throws: { ($0 as? SpoolError)?.code == .full }
            }
        }
    }

    @Test func aFullOneBlocksUntilThereIsRoom() async throws {
        try await SpoolFolder.withSpool(Self.settings(.block)) { spool, _ in
            let first = try await spool.append([Self.entry(600)])
            let second = try await spool.append([Self.entry(300)])
            let large = Task { try await spool.append([Self.entry(700)]) }
            await Self.wait(for: 1, in: spool)
            // It would fit, but others came before it.
            let small = Task { try await spool.append([Self.entry(50)]) }
            await Self.wait(for: 2, in: spool)
            try await spool.remove(second)
            #expect(spool.waiting == 2)
            try await spool.remove(first)
            let (largest, smallest) = (try await large.value, try await small.value)
            #expect(largest[0] < smallest[0])
            #expect(try await spool.contents().bytes == 750)
            await #expect { try await spool.append([Self.entry(1_001)]) } throws: { ($0 as? SpoolError)?.code == .full }
        }
    }

    @Test func cancellingEndsAWaitAndLetsTheNextOneIn() async throws {
        try await SpoolFolder.withSpool(Self.settings(.block)) { spool, _ in
            _ = try await spool.append([Self.entry(600)])
            let large = Task { try await spool.append([Self.entry(700)]) }
            await Self.wait(for: 1, in: spool)
            let small = Task { try await spool.append([Self.entry(50)]) }
            await Self.wait(for: 2, in: spool)
            large.cancel()
            #expect(try await small.value == [2])
            await #expect { try await large.value } throws: { ($0 as? SpoolError)?.code == .full }
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await spool.append([Self.entry(900)])
            }
            await #expect { try await early.value } throws: { ($0 as? SpoolError)?.code == .full }
            #expect(try await spool.contents().bytes == 650)
        }
    }

    @Test func closingEndsAllWaits() async throws {
        try await SpoolFolder.withSpool(Self.settings(.block)) { spool, _ in
            _ = try await spool.append([Self.entry(1_000)])
            let appends = (0..<3).map { _ in Task { try await spool.append([Self.entry(1)]) } }
            await Self.wait(for: 3, in: spool)
            await spool.close()
            for append in appends {
                await #expect { try await append.value } throws: { ($0 as? SpoolError)?.code == .closed }
            }
        }
    }

    @Test func whatComesTogetherIsCommittedTogether() async throws {
        try await SpoolFolder.withSpool { spool, _ in
            let before = await spool.commits
            let callers = 64
            let numbers = try await withThrowingTaskGroup { group in
                for caller in 0..<callers {
                    group.addTask {
                        var numbers: [Int64] = []
                        for round in 0..<20 { numbers += try await spool.append([SpoolEntry(caller * 20 + round)]) }
                        return numbers
                    }
                }
                return try await group.reduce(into: [[Int64]]()) { $0.append($1) }
            }
            let commits = await spool.commits - before
            print("\(callers) callers with 20 appends each: \(commits) commits")
            #expect(numbers.allSatisfy { $0 == $0.sorted() })
            #expect(numbers.flatMap(\.self).sorted() == Array(1...1_280))
            #expect(Set(try await spool.all().map(\.entry)) == Set((0..<1_280).map { SpoolEntry($0) }))
            #expect(commits < 1_280 / 4)
        }
    }
}
