import Foundation
import KafkaRetry
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// Damage of which it is known what must come of it.
@Suite struct SalvageTests {
    private static func filled(_ count: Int = 500, isClosed: Bool = true) async throws -> SpoolFolder {
        let folder = try SpoolFolder()
        let spool = try await SpoolFile.open(folder.spool, settings: SpoolSettings(diskReserve: 0))
        _ = try await spool.append((0..<count).map { SpoolEntry($0) })
        guard isClosed else {
            // As a kill leaves it.
            let copy = try SpoolFolder()
            for name in folder.files { try FileManager.default.copyItem(atPath: folder.path + "/" + name, toPath: copy.path + "/" + name) }
            await spool.close()
            folder.remove()
            return copy
        }
        await spool.close()
        return folder
    }

    private static func reopened(_ folder: SpoolFolder) async throws -> (messages: [SpooledMessage], damage: [SpoolDamage]) {
        try await folder.reopened { (try await $0.all(), await $0.damage) }
    }

    @Test func whatIsNoSQLiteFileIsSetAside() async throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        try Data("not a spool at all".utf8).write(to: URL(filePath: folder.spool))
        let (messages, damage) = try await Self.reopened(folder)
        #expect(messages.isEmpty && damage.count == 1)
        let first = try #require(damage.first)
        #expect(first.reason == "it is not a SQLite file" && first.salvaged == 0 && first.lost == nil && first.setAside.count == 1)
        #expect(FileManager.default.contents(atPath: try #require(first.setAside.first)) == Data("not a spool at all".utf8))
        #expect(try #require(first.setAside.first).wholeMatch(of: /.*\/a\.db\.damaged-\d{8}T\d{6}Z/) != nil)
    }

    @Test func aChangedMessageIsLostAndItsNeighboursAreNot() async throws {
        let folder = try await Self.filled()
        defer { folder.remove() }
        var bytes = try #require(folder.bytes("a.db"))
        // Copies that SQLite has left behind are changed as well.
        while let place = bytes.firstRange(of: Data("message 77".utf8))?.lowerBound { bytes[place] = UInt8(ascii: "M") }
        try bytes.write(to: URL(filePath: folder.spool))
        try await folder.reopened { spool in
            // Nothing is seen of it before it is read.
            #expect(await spool.damage.isEmpty)
            let front = try await spool.read(after: 0, limit: 1_000, bytes: .max)
            #expect(front.map(\.number) == Array(1...77))
            await #expect {
                try await spool.read(after: 77, limit: 1_000, bytes: .max)
            } throws: {
                let error = $0 as? SpoolError
                return error?.code == .damaged && error?.message.contains("499 messages were saved, 1 is lost") == true
                    && error?.message.contains("message") == true && error?.message.contains("Message 77") == false
            }
            #expect(await spool.damage.first?.lost == 1)
            #expect(try await spool.read(after: 77, limit: 1_000, bytes: .max).map(\.number) == Array(79...500))
            #expect(try await spool.append([SpoolEntry(1)]) == [501])
        }
    }

    @Test(arguments: ["a.db-wal", "a.db"]) func aMissingFileIsMissed(name: String) async throws {
        let folder = try await Self.filled(isClosed: false)
        defer { folder.remove() }
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        let (messages, damage) = try await Self.reopened(folder)
        #expect(damage.count == 1 && damage.first?.lost == 500 - messages.count, "\(damage)")
        #expect(try await folder.reopened { try await $0.append([SpoolEntry(1)]) } == [501])
    }

    /// The write-ahead log without the file: what is in it is read.
    @Test func anEmptyFileIsReadFromItsLog() async throws {
        let folder = try await Self.filled(isClosed: false)
        defer { folder.remove() }
        try Data().write(to: URL(filePath: folder.spool))
        let (messages, damage) = try await Self.reopened(folder)
        #expect(damage.count == 1)
        print("from the write-ahead log alone: \(messages.count) of 500 messages")
    }

    @Test func withoutTheLockFileNothingIsAmiss() async throws {
        for isClosed in [true, false] {
            let folder = try await Self.filled(isClosed: isClosed)
            defer { folder.remove() }
            try FileManager.default.removeItem(atPath: folder.path + "/a.db.lock")
            let (messages, damage) = try await Self.reopened(folder)
            #expect(damage.isEmpty && messages.count == 500)
        }
    }

    @Test func aRescueThatWasCutOffIsFinished() async throws {
        let folder = try await Self.filled(isClosed: false)
        defer { folder.remove() }
        let saved = try await Self.filled(7)
        defer { saved.remove() }
        // The damaged file has been renamed, its log has not, and what was saved stands ready.
        let aside = folder.spool + ".damaged-20260101T000000Z"
        try FileManager.default.moveItem(atPath: folder.spool, toPath: aside)
        try FileManager.default.moveItem(atPath: saved.spool, toPath: folder.spool + ".salvage-20260101T000000Z")
        try FileManager.default.removeItem(atPath: folder.path + "/a.db.lock")
        let log = folder.bytes("a.db-wal")
        let (messages, damage) = try await Self.reopened(folder)
        #expect(messages.map(\.entry) == (0..<7).map { SpoolEntry($0) })
        #expect(damage.count == 1 && damage.first?.salvaged == 7 && damage.first?.setAside == [aside, aside + "-wal"])
        #expect(FileManager.default.contents(atPath: aside + "-wal") == log)
        #expect(FileManager.default.fileExists(atPath: aside))
    }
}
