import CSQLite
import Foundation
import KafkaRetry

/// One open SQLite file, for one thread at a time.
///
/// Errors carry SQLite's own fixed text for their code, never `sqlite3_errmsg`, which may quote what stands in the file.
final class SQLiteConnection {
    /// What is opened, as errors name it.
    let path: String
    private let raw: OpaquePointer

    /// Opens `path`, which must exist unless it is to be created. Nothing is read yet.
    ///
    /// Closing leaves the write-ahead log alone until ``mergesLogAtClose`` is asked for: what is not known to be sound is not written.
    init(_ path: String, creating: Bool = false) throws(SpoolError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | (creating ? SQLITE_OPEN_CREATE : 0)
        let status = sqlite3_open_v2(path, &handle, flags, nil)
        guard status == SQLITE_OK, let handle else {
            let cause = handle.map { sqlite3_system_errno($0) } ?? 0
            sqlite3_close_v2(handle)
            throw SpoolError(errno: cause == 0 ? EINVAL : cause, "\(path) cannot be opened")
        }
        self.path = path
        raw = handle
        sqlite3_extended_result_codes(raw, 1)
        try check(csqlite_keep_log_at_close(raw, 1))
        try check(csqlite_distrust_schema(raw))
    }

    /// Statements that are still there keep the file open until they are gone.
    deinit { sqlite3_close_v2(raw) }

    /// Makes closing copy the write-ahead log into the file and delete it.
    func mergesLogAtClose() throws(SpoolError) { try check(csqlite_keep_log_at_close(raw, 0)) }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws(SpoolError) {
        errno = 0
        try check(sqlite3_exec(raw, sql, nil, nil, nil))
    }

    /// A statement to be run any number of times.
    func prepare(_ sql: String) throws(SpoolError) -> SQLiteStatement {
        var statement: OpaquePointer?
        errno = 0
        try check(sqlite3_prepare_v3(raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement else { throw SpoolError(.io, "\(path): SQLite knows no such statement") }
        return SQLiteStatement(statement, self)
    }

    /// The first column of the first row of what `sql` answers.
    func text(_ sql: String) throws(SpoolError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// The first column of the first row of what `sql` answers, as a number; 0 if there is none.
    func number(_ sql: String) throws(SpoolError) -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) ?? 0 : 0
    }

    /// Runs `body` in a transaction, which is on disk once this returns; if it throws, nothing has changed.
    func transaction<Result>(_ body: () throws(SpoolError) -> Result) throws(SpoolError) -> Result {
        try execute("BEGIN IMMEDIATE")
        do throws(SpoolError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // After some errors SQLite has rolled back by itself.
            if sqlite3_get_autocommit(raw) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Copies all of the write-ahead log into the file, and empties it.
    func checkpoint() throws(SpoolError) {
        try check(sqlite3_wal_checkpoint_v2(raw, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil))
    }

    func check(_ status: Int32) throws(SpoolError) {
        guard status != SQLITE_OK else { return }
        throw SpoolError(sqlite: status, errno: sqlite3_system_errno(raw), path: path)
    }
}
