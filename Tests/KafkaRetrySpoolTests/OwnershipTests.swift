import Foundation
import KafkaRetry
import KafkaTestBroker
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// One owner a file, and files that are not ours.
@Suite struct OwnershipTests {
    @Test func aSecondOwnerIsToldAtOnce() async throws {
        try await SpoolFolder.withSpool { spool, folder in
            await #expect {
                try await SpoolFile.open(folder.spool)
            } throws: {
                let error = $0 as? SpoolError
                return error?.code == .owned && error?.message.contains("a.db is owned by process \(getpid())") == true
            }
            // Under another name it is the same file.
            try FileManager.default.createSymbolicLink(atPath: folder.path + "/b.db", withDestinationPath: folder.spool)
            await #expect { try await SpoolFile.open(folder.path + "/b.db") } throws: { ($0 as? SpoolError)?.code == .owned }
            try FileManager.default.linkItem(atPath: folder.spool, toPath: folder.path + "/c.db")
            await #expect { try await SpoolFile.open(folder.path + "/c.db") } throws: { ($0 as? SpoolError)?.code == .owned }
            _ = try await spool.append([SpoolEntry(1)])
            await spool.close()
            #expect(try await folder.reopened { try await $0.all() }.count == 1)
        }
    }

    @Test func anotherProcessIsTold() async throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        try await Daemon.run([folder.spool, "1000000", "1"], program: "spool-test-writer") { writer in
            _ = try await writer.line(containing: "accepted")
            await #expect {
                try await SpoolFile.open(folder.spool)
            } throws: {
                let error = $0 as? SpoolError
                return error?.code == .owned && error?.message.contains("process \(writer.pid)") == true
            }
            // And the other way round.
            await writer.kill()
            try await folder.reopened { _ in
                let second = try await Daemon.run([folder.spool, "1", "1"], program: "spool-test-writer") { writer in
                    try await writer.end()
                    return try await writer.errorLine(containing: "owned")
                }
                #expect(second.contains("a.db is owned by process \(getpid())"))
            }
        }
    }

    @Test(arguments: ["WAL", "DELETE"]) func whatIsNoSpoolIsLeftAlone(journal: String) async throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            let other = try SQLiteConnection(folder.spool, creating: true)
            try other.execute("PRAGMA journal_mode=\(journal)")
            try other.execute("CREATE TABLE notes (text)")
            try other.mergesLogAtClose()
        }
        let before = folder.bytes("a.db")
        await #expect { try await SpoolFile.open(folder.spool) } throws: { ($0 as? SpoolError)?.code == .unusable }
        #expect(folder.bytes("a.db") == before)
        for path in ["", "/", folder.path, folder.path + "/none/a.db"] {
            await #expect { try await SpoolFile.open(path) } throws: { ($0 as? SpoolError)?.code == .unusable }
        }
    }

    @Test func aNewerFormatIsRefused() async throws {
        try await SpoolFolder.withSpool { spool, folder in
            _ = try await spool.append([SpoolEntry(1)])
            await spool.close()
            do {
                let file = try SQLiteConnection(folder.spool)
                try file.execute("PRAGMA user_version=2")
                try file.mergesLogAtClose()
            }
            let before = folder.bytes("a.db")
            await #expect { try await SpoolFile.open(folder.spool) } throws: { ($0 as? SpoolError)?.code == .newerVersion }
            #expect(folder.bytes("a.db") == before)
        }
    }
}
