import Foundation
import KafkaRetry

/// The file `{spool}.lock`: who owns the spool, and what the owner committed last.
///
/// The lock is `flock(2)`'s: the kernel drops it with the process, however that ends, and a second open in the same process
/// does not get it either. The file is never removed, since a lock on a removed file excludes nobody.
///
/// The note is written after each commit and not synced, so it is never ahead of what is on disk; with the page cache it
/// survives a kill -9. SQLite takes a damaged write-ahead log for one that ends early. The note tells the difference.
final class OwnerFile {
    /// What the owner knew when it committed last.
    struct Note: Equatable {
        /// How many commits the file has seen.
        var changes: Int64 = 0
        /// The number that the next message gets.
        var next: Int64 = 1
        /// How many messages are in the file.
        var messages: Int64 = 0
    }

    /// What stood there when it was locked; `nil` if there was none that can be believed.
    private(set) var note: Note?
    private let file: Int32

    /// Locks it, or throws ``SpoolError/Code/owned`` at once.
    init(of path: String) throws(SpoolError) {
        let name = path + ".lock"
        let file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SpoolError(errno: errno, "\(name) cannot be opened") }
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            if reason == EINTR { continue }
            let owner = Self.words(file)?.first
            close(file)
            guard reason == EWOULDBLOCK else { throw SpoolError(errno: reason, "\(name) cannot be locked") }
            throw SpoolError(.owned, "\(path) is owned by " + (owner.map { "process \($0)" } ?? "another process"))
        }
        self.file = file
        guard let words = Self.words(file) else { return }
        // The others are to hear of this process from now on.
        write(Note(changes: words[1], next: words[2], messages: words[3]))
    }

    /// The kernel drops the lock with the last descriptor, and there is one.
    deinit { close(file) }

    /// Notes what was committed. A full disk is no error: the note of before is true as well.
    func write(_ note: Note) {
        self.note = note
        var words = [Int64(getpid()), note.changes, note.next, note.messages]
        words.append(Self.checksum(words))
        let bytes = words.map(\.littleEndian)
        _ = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    /// What is written there, if it is what was written.
    private static func words(_ file: Int32) -> [Int64]? {
        var bytes = [Int64](repeating: 0, count: 5)
        let length = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        let words = bytes.map { Int64(littleEndian: $0) }
        guard length == 40, words[4] == checksum(Array(words[..<4])) else { return nil }
        return words[1...3].allSatisfy { (0...1 << 62).contains($0) } ? Array(words[..<4]) : nil
    }

    private static func checksum(_ words: [Int64]) -> Int64 {
        var checksum = Checksum()
        for word in words { checksum.add(word) }
        return checksum.value
    }
}
