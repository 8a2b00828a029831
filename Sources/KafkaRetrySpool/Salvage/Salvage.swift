import Foundation
import KafkaRetry

/// Saves what can be read of a damaged file into a fresh one, and sets the damaged one aside.
///
/// A crash in the midst of it loses nothing. The fresh file grows as `{spool}.salvage-part` and is complete as `{spool}.salvage-{time}`;
/// only then is the damaged one renamed to `{spool}.damaged-{time}`, and its write-ahead log after it; then the fresh one takes
/// its place. If the damaged file is no longer in its place ``finish()`` goes on from there; otherwise all is done anew.
struct Salvage {
    private let path: String
    private let note: OwnerFile.Note?
    private let fresh: String
    private let part: String
    private let copy: String

    init(_ path: String, _ note: OwnerFile.Note?) {
        self.path = path
        self.note = note
        fresh = path + ".salvage-"
        part = fresh + "part"
        copy = fresh + "copy"
    }

    /// Needs room on the disk for what is saved.
    func run(reason: String) throws(SpoolError) -> SpoolDamage {
        for leftover in try leftovers() { try FileSystem.remove(leftover) }
        let (salvaged, lost) = try rescue()
        let time = try freeTime()
        try FileSystem.move(part, to: fresh + time)
        try FileSystem.syncFolder(of: path)
        let setAside = try place(time)
        for suffix in ["", "-wal"] { try FileSystem.remove(copy + suffix) }
        return SpoolDamage(reason: reason, salvaged: salvaged, lost: lost, setAside: setAside)
    }

    /// Goes on with one that a crash cut off when the fresh file was complete; `nil` if there is none.
    func finish() throws(SpoolError) -> SpoolDamage? {
        guard !FileSystem.exists(path), let complete = try leftovers().last(where: { !$0.hasPrefix(part) && !$0.hasPrefix(copy) })
        else { return nil }
        let salvaged = try Self.state(of: complete)?.messages ?? 0
        let setAside = try place(String(complete.dropFirst(fresh.count)))
        return SpoolDamage(reason: "a crash cut its rescue off", salvaged: Int(salvaged), lost: nil, setAside: setAside)
    }

    /// Files of a rescue that was cut off, in the order of their names.
    private func leftovers() throws(SpoolError) -> [String] {
        let url = URL(filePath: fresh)
        let folder = url.deletingLastPathComponent().path(percentEncoded: false)
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return names.filter { $0.hasPrefix(url.lastPathComponent) }.sorted().map { path in
                URL(filePath: folder).appending(path: path).path(percentEncoded: false)
            }
        } catch {
            throw SpoolError(.unusable, "\(folder) cannot be listed")
        }
    }

    private func rescue() throws(SpoolError) -> (salvaged: Int, lost: Int?) {
        try FileSystem.create(part)
        let connection = try SQLiteConnection(part)
        try SpoolSchema.configure(connection)
        try SpoolSchema.create(connection, SpoolState())
        let table = try SpoolTable(connection, SpoolState())
        let old = try read(into: table)

        let known = [old?.next, note?.next].compactMap(\.self).max()
        let changes = max(old?.changes ?? 0, note?.changes ?? 0)
        try table.commit { (state) throws(SpoolError) in
            // Nobody knows which numbers were used: none of them is as high as the time in microseconds.
            state.next = max(state.next, known ?? Int64(clamping: Int(Date().timeIntervalSince1970) * 1_000_000))
            state.changes = max(state.changes, changes)
        }
        try table.markClean()
        let salvaged = table.state.messages
        return (Int(salvaged), lost(old, salvaged: salvaged).map { Int($0) })
    }

    /// The note is never ahead, but after a crash of the machine it may be behind. If commits are missing, removals may be among them,
    /// and some of what was saved is more than there was.
    private func lost(_ old: SpoolState?, salvaged: Int64) -> Int64? {
        if let old, old.changes >= (note?.changes ?? 0) { return max(old.messages - salvaged, 0) }
        return salvaged == 0 ? note?.messages : nil
    }

    /// Reads all that can be read, and what the file says of itself.
    private func read(into table: SpoolTable) throws(SpoolError) -> SpoolState? {
        guard let source = try source() else { return nil }
        var old: SpoolState?
        do throws(SpoolError) {
            let connection = try SQLiteConnection(source)
            try SpoolSchema.configure(connection)
            try connection.execute("PRAGMA query_only=ON")
            do throws(SpoolError) { old = try SpoolState.read(from: connection) } catch  where error.code == .damaged {}
            let last = [old?.next, note?.next].compactMap(\.self).max() ?? 1 << 62
            try Harvest.gather(from: connection, upTo: last) { (messages) throws(SpoolError) in
                try table.commit { (state) throws(SpoolError) in try table.restore(messages, &state) }
            }
        } catch {
            // What cannot be opened holds nothing that can be saved.
            guard error.code == .damaged else { throw error }
        }
        return old
    }

    /// What is to be read; `nil` if there is nothing. SQLite would delete the write-ahead log of an empty file: it reads a
    /// copy, beside a page of zeros.
    private func source() throws(SpoolError) -> String? {
        if let size = try FileSystem.size(path), size > 0 { return path }
        guard let log = try FileSystem.size(path + "-wal"), log > 0 else { return nil }
        do {
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
            try Data(count: 4_096).write(to: URL(filePath: copy))
        } catch {
            throw SpoolError(.io, "\(path)-wal cannot be copied: \((error as NSError).code)")
        }
        return copy
    }

    /// Puts the fresh file in the place of the damaged one, whose new names it returns.
    private func place(_ time: String) throws(SpoolError) -> [String] {
        let target = damagedName(time)
        // The file first: as long as it is in its place, so is its log.
        for suffix in Self.suffixes where FileSystem.exists(path + suffix) {
            try FileSystem.move(path + suffix, to: target + suffix)
        }
        try FileSystem.syncFolder(of: path)
        try FileSystem.move(fresh + time, to: path)
        try FileSystem.syncFolder(of: path)
        return Self.suffixes.map { target + $0 }.filter { FileSystem.exists($0) }
    }

    private static let suffixes = ["", "-wal", "-shm", "-journal"]

    private func damagedName(_ time: String) -> String { "\(path).damaged-\(time)" }

    /// The time in UTC, with a number behind it if something was set aside in this second already.
    private func freeTime() throws(SpoolError) -> String {
        let time = Date().formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        let times = [time] + (2...999).map { "\(time)-\($0)" }
        let free = times.first { time in !Self.suffixes.contains { FileSystem.exists(damagedName(time) + $0) } }
        guard let free else { throw SpoolError(.io, "\(damagedName(time)): all of its names are taken") }
        return free
    }

    private static func state(of path: String) throws(SpoolError) -> SpoolState? {
        let connection = try SQLiteConnection(path)
        try SpoolSchema.configure(connection)
        return try SpoolState.read(from: connection)
    }
}
