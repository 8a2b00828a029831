import Foundation
import KafkaRetry
import KafkaTestBroker
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// Files whose bytes were changed, cut off or lost: nothing traps, nothing is made up, nothing goes missing without a word, nothing damaged is
/// written over.
@Suite struct DamageTests {
    /// A spool's files and what is in them.
    private struct Original {
        var files: [String: Data] = [:]
        var messages: [Int64: SpoolEntry] = [:]
        /// Those that were removed, too.
        var appended: [Int64: SpoolEntry] = [:]

        /// - Parameter isClosed: in good order; otherwise as a kill -9 leaves them, with a write-ahead log.
        init(isClosed: Bool, _ chance: inout Chance) async throws {
            let folder = try SpoolFolder()
            defer { folder.remove() }
            let spool = try await SpoolFile.open(folder.spool, settings: SpoolSettings(diskReserve: 0))
            for _ in 0..<40 {
                var entries: [SpoolEntry] = []
                for _ in 0..<Int.random(in: 1...20, using: &chance) {
                    let size = [0, 10, 200, 3_000, 9_000].randomElement(using: &chance) ?? 0
                    let value = (0..<size).map { _ in UInt8.random(in: 0...255, using: &chance) }
                    var entry = SpoolEntry(value: value)
                    entry.message.headers.append("trace", "\(size)")
                    entries.append(entry)
                }
                let numbers = try await spool.append(entries)
                for (number, entry) in zip(numbers, entries) { messages[number] = entry }
                appended.merge(zip(numbers, entries)) { $1 }
                let removed = messages.keys.filter { _ in Int.random(in: 0..<20, using: &chance) == 0 }
                try await spool.remove(removed)
                for number in removed { messages[number] = nil }
            }
            if isClosed { await spool.close() }
            for name in folder.files { files[name] = folder.bytes(name) }
            await spool.close()
        }
    }

    /// Changes bytes of one of the files, and says how.
    private static func damage(_ files: inout [String: Data], _ chance: inout Chance) throws -> String {
        let names = files.keys.filter { $0 != "a.db.lock" }.sorted()
        let name = try #require(names.randomElement(using: &chance))
        var bytes = try #require(files[name])
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        defer { files[name] = bytes }
        switch Int.random(in: 0..<8, using: &chance) {
        case 0:
            bytes = bytes.prefix(place)
            return "\(name) cut off at \(place)"
        case 1:
            let page = place / 4_096 * 4_096
            bytes.replaceSubrange(page..<min(page + 4_096, bytes.count), with: Data(count: min(4_096, bytes.count - page)))
            return "\(name): zeros at \(page)"
        case 2:
            // Where a page says what it is.
            let page = place / 4_096 * 4_096 + Int.random(in: 0..<12, using: &chance)
            if page < bytes.count { bytes[page] = UInt8.random(in: 0...255, using: &chance) }
            return "\(name): the head of the page at \(page)"
        case 3:
            let place = Int.random(in: 0..<min(100, bytes.count), using: &chance)
            bytes[place] ^= UInt8.random(in: 1...255, using: &chance)
            return "\(name): the file's head at \(place)"
        default:
            let count = Int.random(in: 1...8, using: &chance)
            for _ in 0..<count {
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] ^= UInt8.random(in: 1...255, using: &chance)
            }
            return "\(name): \(count) bytes"
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [true, false]) func randomDamageIsNeverHidden(isClosed: Bool) async throws {
        var chance = Chance()
        let original = try await Original(isClosed: isClosed, &chance)
        #expect(original.files.keys.contains("a.db-wal") == !isClosed)
        var (found, refused, counted, saved, lost, returned, late) = (0, 0, 0, 0, 0, 0, 0)
        let rounds = 200
        for round in 0..<rounds {
            var files = original.files
            let how = try Self.damage(&files, &chance)
            let comment = Comment(rawValue: "seed \(chance.seed), round \(round), \(how)")
            let folder = try SpoolFolder()
            defer { folder.remove() }
            for (name, bytes) in files { try bytes.write(to: URL(filePath: folder.path + "/" + name)) }

            let (messages, damage): ([SpooledMessage], [SpoolDamage])
            do {
                (messages, damage) = try await folder.reopened { spool in
                    do { return (try await spool.all(), await spool.damage) } catch {
                        // Once it has been said, the rest is there.
                        let error = error as? SpoolError
                        let damage = await spool.damage
                        #expect(error?.code == .damaged && damage.count == 1, comment)
                        #expect(damage.first.map { error?.message.contains($0.description) == true } == true, comment)
                        return (try await spool.all(), damage)
                    }
                }
            } catch let error as SpoolError {
                refused += 1
                #expect(error.code == .newerVersion || error.code == .unusable, "\(comment): \(error)")
                for (name, bytes) in files where name != "a.db.lock" { #expect(folder.bytes(name) == bytes, comment) }
                continue
            }
            #expect(messages.map(\.number) == messages.map(\.number).sorted(), comment)
            #expect(messages.allSatisfy { original.appended[$0.number] == $0.entry }, comment)
            if let damage = damage.first {
                found += 1
                let there = messages.count { original.messages[$0.number] != nil }
                saved += there
                lost += original.messages.count - there
                returned += messages.count - there
                #expect(damage.salvaged == messages.count, comment)
                if let lost = damage.lost {
                    counted += 1
                    #expect(lost == original.messages.count - messages.count, comment)
                    #expect(messages.allSatisfy { original.messages[$0.number] != nil }, comment)
                }
                // What was seen at the opening is as it was found; what was seen later has been in use since.
                let isUsed = damage.reason.contains("in use")
                for (name, bytes) in files where name != "a.db.lock" && !bytes.isEmpty && !(isUsed && name == "a.db-wal") {
                    let aside = damage.setAside.first { $0.hasSuffix("Z" + name.dropFirst(4)) }
                    let found = aside.flatMap { FileManager.default.contents(atPath: $0) }
                    #expect(isUsed ? found != nil : found == bytes, "\(comment): \(name) is not set aside as it was: \(damage)")
                }
            } else {
                #expect(messages.map(\.number) == original.messages.keys.sorted(), comment)
            }
            // It is a spool like any other now. Damage to places that hold nothing is met when they are to be used.
            let (numbers, last) = try await folder.reopened { spool in
                #expect(await spool.damage.isEmpty, comment)
                var numbers = try? await spool.append([SpoolEntry(1)])
                if numbers == nil {
                    #expect(damage.isEmpty, comment)
                    late += 1
                    numbers = try await spool.append([SpoolEntry(1)])
                }
                return (try #require(numbers), try await spool.all())
            }
            #expect(last.dropLast() == messages[...] && last.last?.number == numbers[0], comment)
            #expect(numbers[0] > original.appended.keys.max() ?? 0, comment)
        }
        print(
            """
            \(rounds) damaged spools of \(original.messages.count) messages (\(isClosed ? "closed" : "killed")), seed \(chance.seed): \
            \(found) found damaged (\(counted) with an exact loss), \(refused) refused untouched, \(rounds - found - refused) without harm to \
            a message (\(late) of them found damaged at an append); of the damaged ones' messages \(saved) were saved and \(lost) lost, and \
            \(returned) removed ones came back
            """)
    }
}
