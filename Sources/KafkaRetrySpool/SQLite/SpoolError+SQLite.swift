import CSQLite
import Foundation
import KafkaRetry

extension SpoolError {
    /// What a result code of SQLite means for a spool.
    init(sqlite status: Int32, errno: Int32, path: String) {
        let text = sqlite3_errstr(status).map { String(cString: $0) } ?? "error"
        let code = Self.code(status, errno)
        let cause = errno == 0 || code == .damaged ? "" : ", \(String(cString: strerror(errno)))"
        let meaning =
            switch code {
            case .diskFull: "\(path): the disk is full"
            case .owned: "\(path): another program has it open"
            case .damaged: "\(path): its contents are not what was written"
            default: "\(path): SQLite says"
            }
        self.init(code, "\(meaning) (\(status): \(text)\(cause))")
    }

    /// What an error of the system means for a spool.
    init(errno: Int32, _ what: String) {
        let code: Code =
            switch errno {
            case ENOSPC, EDQUOT: .diskFull
            case EIO: .io
            default: .unusable
            }
        self.init(code, "\(what): \(String(cString: strerror(errno)))")
    }

    private static func code(_ status: Int32, _ errno: Int32) -> Code {
        let kind = status & 0xFF
        // For other kinds `errno` is an older one.
        let cause = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN ? errno : 0
        if kind == SQLITE_FULL || cause == ENOSPC || cause == EDQUOT { return .diskFull }
        // The file's own fault, though it comes as an error of input and output.
        if status == SQLITE_IOERR | (33 << 8) { return .damaged }
        switch kind {
        case SQLITE_BUSY, SQLITE_LOCKED: return .owned
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: return .unusable
        // A write-ahead log whose version is unknown; the others are what the system refuses.
        case SQLITE_CANTOPEN: return cause == 0 || cause == ENOENT ? .damaged : .unusable
        case SQLITE_TOOBIG: return .full
        // The statements are ours and right: if a table is missing or a value of the wrong kind, the file has changed.
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR, SQLITE_MISMATCH, SQLITE_CONSTRAINT, SQLITE_SCHEMA: return .damaged
        default: return .io
        }
    }
}
