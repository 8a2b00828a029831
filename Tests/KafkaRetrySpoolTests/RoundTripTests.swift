import Foundation
import KafkaRetry
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// What comes out is what went in, and in the same order.
@Suite struct RoundTripTests {
    /// Every combination of what can be null, empty or full.
    private static var entries: [SpoolEntry] {
        let bytes: [[UInt8]?] = [nil, [], [0], Array("text".utf8), Array(0...255)]
        var entries: [SpoolEntry] = []
        for (index, headers) in allHeaders.enumerated() {
            for partition in [nil, 0, Int32.max] as [Int32?] {
                for key in bytes {
                    for value in bytes {
                        let record = ProducerRecord(to: "Orders.v1_é\u{0}", partition: partition, key: key, value: value, headers: headers)
                        let number = entries.count
                        entries.append(
                            SpoolEntry(
                                record, accepted: [.distantPast, Timestamp(milliseconds: Int64(number)), .distantFuture][number % 3],
                                attempts: [0, 7, .max][number % 3], failure: [nil, "", "timed out: é \u{0}"][index % 3],
                                mayBeWritten: number % 2 == 0))
                    }
                }
            }
        }
        return entries
    }

    private static var allHeaders: [KafkaHeaders] {
        var full = KafkaHeaders()
        full.append("trace", nil as [UInt8]?)
        full.append("trace", [])
        full.append("trace", [1, 2, 3])
        full.append("", [])
        // A name that is not UTF-8.
        [UInt8]([0xFF, 0xFE, 0]).withUnsafeBytes { full.append(name: $0, value: $0) }
        full.append("trace", nil as [UInt8]?)
        var one = KafkaHeaders()
        one.append("", nil as [UInt8]?)
        return [KafkaHeaders(), one, full]
    }

    @Test func everyMessageComesBackAsItWas() async throws {
        let entries = Self.entries
        try await SpoolFolder.withSpool { spool, folder in
            let numbers = try await spool.append(entries)
            #expect(numbers == Array(1...Int64(entries.count)))
            #expect(try await spool.all().map(\.entry) == entries)
            await spool.close()
            try await folder.reopened { spool in
                let messages = try await spool.all()
                #expect(messages.map(\.entry) == entries)
                #expect(messages.map(\.number) == numbers)
                let contents = try await spool.contents()
                #expect(contents.messages == entries.count && contents.oldest == .distantPast)
                #expect(contents.bytes == entries.reduce(0) { $0 + $1.message.spoolBytes })
                #expect(await spool.damage.isEmpty)
            }
        }
    }

    @Test func thatMessagesMayBeWrittenIsNotedInTheirPlaces() async throws {
        try await SpoolFolder.withSpool { spool, folder in
            let entries = (0..<5).map { SpoolEntry($0) }
            let numbers = try await spool.append(entries)
            let before = try await spool.contents()
            try await spool.noteMayBeWritten([numbers[1], numbers[3], numbers[3], 99, -1, .min, .max])
            try await spool.noteMayBeWritten([])
            #expect(try await spool.contents() == before)
            await spool.close()
            try await folder.reopened { spool in
                let messages = try await spool.all()
                #expect(messages.map(\.number) == numbers)
                #expect(messages.map(\.entry.mayBeWritten) == [false, true, false, true, false])
                #expect(messages.map(\.entry.message) == entries.map(\.message))
            }
        }
    }

    @Test func orderAndNumbersOutliveEveryOpening() async throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var expected: [Int64] = []
        var highest: Int64 = 0
        for round in 0..<6 {
            try await folder.reopened { spool in
                #expect(try await spool.all().map(\.number) == expected)
                for number in 0..<10 {
                    let numbers = try await spool.append([SpoolEntry(round * 10 + number), SpoolEntry(0)])
                    #expect(numbers.count == 2 && numbers[0] > highest && numbers[1] > numbers[0])
                    highest = numbers[1]
                    expected += numbers
                }
                // All of them in the end, the last one among them: its number is not given away again.
                let removed = round % 2 == 0 ? Array(expected.suffix(3)) : expected
                try await spool.remove(removed + [highest + 1_000, -5, .max, .min])
                expected.removeAll { removed.contains($0) }
                #expect(try await spool.contents().messages == expected.count)
            }
        }
        try await folder.reopened { spool in
            let contents = try await spool.contents()
            #expect(contents == SpoolContents())
            #expect(await spool.damage.isEmpty)
        }
        // Closed, all of it is in the file.
        #expect(folder.files == ["a.db", "a.db.lock"])
    }

    @Test func readingKeepsItsBounds() async throws {
        try await SpoolFolder.withSpool { spool, _ in
            _ = try await spool.append((0..<10).map { _ in SpoolEntry(value: [UInt8](repeating: 7, count: 100), topic: "") })
            #expect(try await spool.read(after: 0, limit: 3, bytes: .max).map(\.number) == [1, 2, 3])
            #expect(try await spool.read(after: 3, limit: .max, bytes: 250).map(\.number) == [4, 5, 6])
            #expect(try await spool.read(after: 9, limit: 5, bytes: 0).map(\.number) == [10])
            #expect(try await spool.read(after: 10, limit: 5, bytes: 1).isEmpty)
            #expect(try await spool.read(after: .min, limit: 1, bytes: 1).map(\.number) == [1])
            #expect(try await spool.read(after: 0, limit: 0, bytes: .max).isEmpty)
            #expect(try await spool.read(after: .max, limit: -1, bytes: -1).isEmpty)
        }
    }

    @Test func whatIsClosedSaysSo() async throws {
        try await SpoolFolder.withSpool { spool, _ in
            let none = try await spool.append([])
            #expect(none.isEmpty)
            await spool.close()
            await spool.close()
            await #expect { try await spool.append([SpoolEntry(1)]) } throws: { ($0 as? SpoolError)?.code == .closed }
            await #expect { try await spool.remove([1]) } throws: { ($0 as? SpoolError)?.code == .closed }
            await #expect { try await spool.read(after: 0, limit: 1, bytes: 1) } throws: { ($0 as? SpoolError)?.code == .closed }
            await #expect { try await spool.contents() } throws: { ($0 as? SpoolError)?.code == .closed }
        }
    }
}
