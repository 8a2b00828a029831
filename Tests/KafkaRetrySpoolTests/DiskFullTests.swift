import Foundation
import KafkaRetry
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// A disk that is full, really.
@Suite struct DiskFullTests {
    private static func entries(_ number: Int) -> [SpoolEntry] {
        (0..<20).map { SpoolEntry(value: Array("\(number * 20 + $0) ".utf8) + [UInt8](repeating: 1, count: 3_000)) }
    }

    /// Appends until it is refused, and returns what was accepted.
    private static func fill(_ spool: SpoolFile, from start: Int = 0) async throws -> [SpooledMessage] {
        var accepted: [SpooledMessage] = []
        for number in start... {
            let entries = Self.entries(number)
            do {
                accepted += zip(try await spool.append(entries), entries).map { SpooledMessage(number: $0, entry: $1) }
            } catch {
                #expect(error.code == .diskFull, "\(error)")
                break
            }
        }
        return accepted
    }

    @Test(.smallDisk, arguments: [0, 1 << 20]) func whatWasAcceptedStaysAndRoomIsUsedAgain(reserve: Int64) async throws {
        let disk = try SmallDisk(megabytes: 24)
        defer { disk.remove() }
        let folder = try SpoolFolder(disk.path)
        let settings = SpoolSettings(diskReserve: reserve)
        // Somebody else's, who removes it later on.
        let other = disk.path + "/other"
        try Data(count: 4 << 20).write(to: URL(filePath: other))
        try await folder.reopened(settings) { spool in
            let accepted = try await Self.fill(spool)
            #expect(accepted.count > 1_000)
            #expect(try await spool.all() == accepted)
            if reserve > 0 {
                // There is room to note what was delivered.
                try await spool.remove(accepted.prefix(500).map(\.number))
                #expect(try await spool.all() == Array(accepted.dropFirst(500)))
            }
        }
        let before = try await folder.reopened(settings) { spool in
            #expect(await spool.damage.isEmpty)
            return try await spool.all()
        }

        // Others fill it to the last byte.
        let ballast = try disk.fill()
        try await folder.reopened(settings) { spool in
            await #expect { try await spool.append(Self.entries(0)) } throws: { ($0 as? SpoolError)?.code == .diskFull }
            #expect(try await spool.all() == before)
            try FileManager.default.removeItem(atPath: ballast)
            try FileManager.default.removeItem(atPath: other)
            let removed = before.prefix(800).map(\.number)
            try await spool.remove(removed)
            let more = try await Self.fill(spool, from: 100_000)
            #expect(try await spool.all() == before.dropFirst(800) + more)
            print("a full disk, \(reserve) bytes reserved: \(before.count) messages accepted, \(more.count) more once there was room")
            #expect(more.count > 500)
        }
    }

    @Test(.smallDisk) func aRescueWithoutRoomLeavesTheDamagedFileAlone() async throws {
        let disk = try SmallDisk(megabytes: 8)
        defer { disk.remove() }
        let folder = try SpoolFolder(disk.path)
        try await folder.reopened { spool in
            for number in 0..<20 { _ = try await spool.append(Self.entries(number)) }
        }
        var bytes = try #require(folder.bytes("a.db"))
        bytes[0] = 0
        try bytes.write(to: URL(filePath: folder.spool))
        let ballast = try disk.fill()
        await #expect { try await SpoolFile.open(folder.spool) } throws: { ($0 as? SpoolError)?.code == .diskFull }
        #expect(folder.bytes("a.db") == bytes)
        try FileManager.default.removeItem(atPath: ballast)
        try await folder.reopened { spool in
            let damage = try #require(await spool.damage.first)
            #expect(damage.setAside.count == 1 && FileManager.default.contents(atPath: damage.setAside[0]) == bytes)
        }
    }
}
