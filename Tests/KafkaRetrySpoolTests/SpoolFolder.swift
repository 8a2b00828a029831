import Foundation
import KafkaRetry
import RetryCore

@testable import KafkaRetrySpool

/// A folder for one test, which removes it at its end.
struct SpoolFolder {
    let path: String

    init(_ parent: String = FileManager.default.temporaryDirectory.path()) throws {
        path = URL(filePath: parent).appending(path: "spool-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var spool: String { path + "/a.db" }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path + "/" + name) }

    /// With a spool in it, which is closed at the end of `body`.
    @discardableResult
    static func withSpool<Result>(
        _ settings: SpoolSettings = SpoolSettings(diskReserve: 0), _ body: (SpoolFile, SpoolFolder) async throws -> Result
    ) async throws -> Result {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        let spool = try await SpoolFile.open(folder.spool, settings: settings)
        do {
            let result = try await body(spool, folder)
            await spool.close()
            return result
        } catch {
            await spool.close()
            throw error
        }
    }

    /// Opens the spool in it, runs `body` and closes it.
    @discardableResult
    func reopened<Result>(
        _ settings: SpoolSettings = SpoolSettings(diskReserve: 0), _ body: (SpoolFile) async throws -> Result
    ) async throws -> Result {
        let spool = try await SpoolFile.open(self.spool, settings: settings)
        do {
            let result = try await body(spool)
            await spool.close()
            return result
        } catch {
            await spool.close()
            throw error
        }
    }
}

extension SpoolFile {
    /// All that it holds, read as a producer reads it.
    func all() throws(SpoolError) -> [SpooledMessage] {
        var messages: [SpooledMessage] = []
        while true {
            let more = try read(after: messages.last?.number ?? 0, limit: 1_000, bytes: 1 << 20)
            if more.isEmpty { return messages }
            messages += more
        }
    }
}

extension SpoolEntry {
    /// A message that nothing is known about but its value.
    init(value: [UInt8], topic: KafkaTopic = "Orders") {
        self.init(ProducerRecord(to: topic, key: nil, value: value), accepted: Timestamp(milliseconds: 1_767_225_600_000))
    }

    init(_ number: Int) { self.init(value: Array("message \(number)".utf8)) }
}
