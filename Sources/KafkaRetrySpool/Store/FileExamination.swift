import KafkaRetry

/// Looks at a file before anything is written there, and says whether it can be used as it is.
///
/// SQLite's `quick_check` reads the whole file (2 s for 1 GiB, measured): it finds pages in which an append would overwrite messages, and
/// messages that nobody would miss. That a message is what was written is seen when it is read, by its own checksum.
enum FileExamination {
    enum Finding {
        /// There is no file yet, or none that anything was ever written to.
        case empty
        /// It is as its last owner left it.
        case sound(SQLiteConnection, SpoolState)
        /// Something is wrong, in a few words.
        case damaged(String)
    }

    /// - Throws: what is no damage: a file of a newer version, one that is no spool, a disk that does not answer.
    static func examine(_ path: String, note: OwnerFile.Note?) throws(SpoolError) -> Finding {
        let log = try FileSystem.size(path + "-wal")
        guard let size = try FileSystem.size(path), size > 0 else {
            // SQLite would delete the log of an empty file.
            if let log, log > 0 { return .damaged("the file is empty, but not its write-ahead log") }
            if let note, note.messages > 0 { return .damaged("the file is empty or missing, and held \(note.messages) messages") }
            return .empty
        }
        let head = try FileSystem.head(path, 72)
        guard head.starts(with: Array("SQLite format 3\0".utf8)) else { return .damaged("it is not a SQLite file") }
        // It would be turned into one with a log, which writes.
        guard head.count == 72, head[18] == 2, head[19] == 2 else {
            guard note == nil, isOfOthers(head, size: size) else { return .damaged("its header is not a spool's") }
            throw noSpool(path)
        }
        do throws(SpoolError) {
            let connection = try SQLiteConnection(path)
            try SpoolSchema.configure(connection)
            return try examine(connection, log: log, note)
        } catch {
            guard error.code == .damaged else { throw error }
            return .damaged("SQLite cannot read it")
        }
    }

    /// Whether a file of `size` bytes that begins with `head` is a database without a write-ahead log, with a table in it, that no spool
    /// ever was: most programs' are.
    private static func isOfOthers(_ head: [UInt8], size: Int64) -> Bool {
        guard head.count == 72, head[18] == 1, head[19] == 1 else { return false }
        let application = head[68...].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let pageSize = Int64(head[16]) << 8 | Int64(head[17])
        return application != SpoolSchema.applicationID && size > (pageSize == 1 ? 65_536 : pageSize)
    }

    private static func noSpool(_ path: String) -> SpoolError {
        SpoolError(.unusable, "\(path) is a SQLite file, but not a spool")
    }

    private static func examine(_ connection: SQLiteConnection, log: Int64?, _ note: OwnerFile.Note?) throws(SpoolError) -> Finding {
        let isThere = try SpoolSchema.isThere(in: connection)
        let isOurs = try connection.number("PRAGMA application_id") == SpoolSchema.applicationID
        let version = try connection.number("PRAGMA user_version")
        guard isOurs || isThere else {
            let tables = try connection.number("SELECT count(*) FROM sqlite_schema")
            guard tables == 0, try connection.number("PRAGMA page_count") <= 1 else {
                throw noSpool(connection.path)
            }
            // Its maker was killed before it was one.
            if let note, note.messages > 0 { return .damaged("it is empty, and held \(note.messages) messages") }
            return .empty
        }
        guard version <= SpoolSchema.version else {
            throw SpoolError(
                .newerVersion, "\(connection.path) has format \(version); this version knows formats up to \(SpoolSchema.version)")
        }
        guard isOurs, isThere, version == SpoolSchema.version else { return .damaged("its header or its tables are not a spool's") }
        guard let state = try SpoolState.read(from: connection) else { return .damaged("its state cannot be read") }
        if let note, note.changes > state.changes { return .damaged("its last \(note.changes - state.changes) commits are missing") }
        guard state.isClean || log != nil else { return .damaged("its write-ahead log is missing") }
        guard try connection.text("PRAGMA quick_check(1)") == "ok" else { return .damaged("SQLite's quick_check found faults") }
        let messages = try connection.number("SELECT count(*) FROM message")
        guard messages == state.messages else { return .damaged("it holds \(messages) messages in place of \(state.messages)") }
        return .sound(connection, state)
    }
}
