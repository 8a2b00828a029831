import CSQLite
import Foundation
import KafkaRetry

/// A prepared statement. Bytes that are bound to it must stay where they are until it was stepped.
struct SQLiteStatement: ~Copyable {
    private let raw: OpaquePointer
    private let connection: SQLiteConnection

    init(_ raw: OpaquePointer, _ connection: SQLiteConnection) {
        self.raw = raw
        self.connection = connection
    }

    deinit { sqlite3_finalize(raw) }

    /// Runs it up to its next row; `false` behind the last.
    func step() throws(SpoolError) -> Bool {
        errno = 0
        let status = sqlite3_step(raw)
        if status == SQLITE_ROW { return true }
        if status != SQLITE_DONE { try connection.check(status) }
        return false
    }

    /// Runs it to its end, and makes it ready for the next time, whether it succeeded or not.
    func run() throws(SpoolError) {
        defer { reset() }
        while try step() {}
    }

    /// Ends it where it stands and forgets what was bound.
    func reset() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    func bind(_ position: Int32, _ number: Int64?) throws(SpoolError) {
        try connection.check(number.map { sqlite3_bind_int64(raw, position, $0) } ?? sqlite3_bind_null(raw, position))
    }

    /// Binds bytes without copying them.
    func bind(_ position: Int32, blob: UnsafeRawBufferPointer?) throws(SpoolError) {
        guard let blob else { return try connection.check(sqlite3_bind_null(raw, position)) }
        // An empty buffer may have no address, and SQLite takes that for null.
        guard let start = blob.baseAddress, !blob.isEmpty else { return try connection.check(sqlite3_bind_zeroblob(raw, position, 0)) }
        try connection.check(sqlite3_bind_blob64(raw, position, start, UInt64(blob.count), nil))
    }

    /// Binds UTF-8 without copying it.
    func bind(_ position: Int32, text: UnsafeRawBufferPointer?) throws(SpoolError) {
        guard let text else { return try connection.check(sqlite3_bind_null(raw, position)) }
        guard let start = text.baseAddress, !text.isEmpty else { return try connection.check(sqlite3_bind_text(raw, position, "", 0, nil)) }
        try connection.check(
            sqlite3_bind_text64(
                raw, position, start.assumingMemoryBound(to: CChar.self), UInt64(text.count), nil, UInt8(SQLITE_UTF8)))
    }

    /// A column's number; `nil` if it is something else.
    func integer(_ column: Int32) -> Int64? {
        sqlite3_column_type(raw, column) == SQLITE_INTEGER ? sqlite3_column_int64(raw, column) : nil
    }

    /// A column's text, repaired if it is not UTF-8; `nil` if it is something else.
    func text(_ column: Int32) -> String? {
        bytes(column, SQLITE_TEXT).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a column of that type, which are lent until the next step; `nil` if it is of another.
    func bytes(_ column: Int32, _ type: Int32) -> UnsafeRawBufferPointer? {
        guard sqlite3_column_type(raw, column) == type else { return nil }
        // The pointer first: asking for it may change the count.
        let start = type == SQLITE_TEXT ? sqlite3_column_text(raw, column).map { UnsafeRawPointer($0) } : sqlite3_column_blob(raw, column)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(raw, column)))
    }

    /// Whether a column is null.
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }
}
