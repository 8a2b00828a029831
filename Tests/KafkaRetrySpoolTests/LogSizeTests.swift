import Foundation
import KafkaRetry
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// The write-ahead log stays small, whatever is appended and removed.
@Suite struct LogSizeTests {
    private static func size(_ path: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
    }

    @Test(.timeLimit(.minutes(5))) func aMillionMessagesComeAndGo() async throws {
        try await SpoolFolder.withSpool { spool, folder in
            let (batches, batch) = (1_000, 1_000)
            let start = ContinuousClock.now
            var (largest, largestFile) = (0, 0)
            var waiting: [Int64] = []
            for number in 0..<batches {
                waiting += try await spool.append((0..<batch).map { SpoolEntry(number * batch + $0) })
                // Every now and then all that waits: the file has 200,000 in it then.
                if number % 200 == 199 {
                    try await spool.remove(waiting)
                    waiting = []
                }
                largest = max(largest, Self.size(folder.spool + "-wal"))
                largestFile = max(largestFile, Self.size(folder.spool))
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            #expect(try await spool.contents().messages == 0)
            print(
                """
                \(batches * batch) messages appended and removed in \(seconds.formatted(.number.precision(.fractionLength(1)))) s: \
                a write-ahead log of at most \(largest >> 10) KiB, a file of \(largestFile >> 10) KiB
                """)
            #expect(largest <= 16 << 20)
        }
    }

    @Test func aLargeBatchLeavesNoLargeLog() async throws {
        try await SpoolFolder.withSpool { spool, folder in
            let numbers = try await spool.append((0..<400).map { _ in SpoolEntry(value: [UInt8](repeating: 1, count: 100_000)) })
            // In one transaction, which the next one makes room for.
            #expect(Self.size(folder.spool + "-wal") > 40_000_000)
            try await spool.remove(numbers.suffix(1))
            #expect(Self.size(folder.spool + "-wal") <= 16 << 20)
            try await spool.remove(numbers)
            #expect(Self.size(folder.spool + "-wal") <= 16 << 20)
        }
    }
}
