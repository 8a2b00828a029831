import KafkaRetry

/// The format of a spool's file: a SQLite database with two tables.
///
/// `message` has a row for each message, in the order of their numbers; `attempts` is a complement, below zero, of the number of attempts
/// where one of them may have written the message. `state` has one row: what the file holds, so that
/// nobody needs to count.
enum SpoolSchema {
    /// `PRAGMA application_id`: "KRsp".
    static let applicationID: Int64 = 0x4B52_7370
    /// `PRAGMA user_version`.
    static let version: Int64 = 1

    private static let tables = [
        """
        CREATE TABLE message (number INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER, key BLOB, value BLOB, headers BLOB, \
        accepted INTEGER NOT NULL, attempts INTEGER NOT NULL, failure TEXT, checksum INTEGER NOT NULL)
        """,
        """
        CREATE TABLE state (id INTEGER PRIMARY KEY, changes INTEGER NOT NULL, next INTEGER NOT NULL, messages INTEGER NOT NULL, \
        bytes INTEGER NOT NULL, clean INTEGER NOT NULL, checksum INTEGER NOT NULL)
        """,
    ]

    /// Settings of a connection, before anything is read. With the file locked for good SQLite keeps its index of the write-ahead log in
    /// memory of its own: no `-shm` that another process could cut short under us. Mapped files are out for the same reason.
    static func configure(_ connection: SQLiteConnection) throws(SpoolError) {
        try connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        for setting in ["mmap_size=0", "cell_size_check=ON", "temp_store=MEMORY", "cache_size=-8192"] {
            try connection.execute("PRAGMA \(setting)")
        }
    }

    /// Settings for writing. Zeroing what was removed would write it all once more. `fullfsync` is for macOS, whose fsync alone does not
    /// reach the disk.
    static func prepareForWriting(_ connection: SQLiteConnection) throws(SpoolError) {
        let mode = try connection.text("PRAGMA journal_mode=WAL")
        guard mode == "wal" else { throw SpoolError(.unusable, "\(connection.path): SQLite cannot keep a write-ahead log there") }
        let settings = [
            "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON", "secure_delete=OFF", "wal_autocheckpoint=\(logPages)",
            "journal_size_limit=\(largestLog)",
        ]
        for setting in settings { try connection.execute("PRAGMA \(setting)") }
    }

    /// Pages of 4 KiB in the write-ahead log from which on it is copied into the file.
    private static let logPages = 1_000
    /// What the write-ahead log is cut to when it has been copied, in bytes.
    static let largestLog = 16 << 20

    static func create(_ connection: SQLiteConnection, _ state: SpoolState) throws(SpoolError) {
        try connection.execute("PRAGMA auto_vacuum=NONE")
        try prepareForWriting(connection)
        try connection.transaction { () throws(SpoolError) in
            for table in tables { try connection.execute(table) }
            try connection.execute("PRAGMA application_id=\(applicationID)")
            try connection.execute("PRAGMA user_version=\(version)")
            try state.write(to: connection)
        }
    }

    /// Whether the tables are these, and nothing else is there: no index, view or trigger of somebody else's.
    static func isThere(in connection: SQLiteConnection) throws(SpoolError) -> Bool {
        let found = try connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name")
        var texts: [String?] = []
        while try found.step() { texts.append(found.text(0)) }
        return texts == tables.map(Optional.some)
    }
}
