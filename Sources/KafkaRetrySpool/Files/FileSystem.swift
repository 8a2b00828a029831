import Foundation
import KafkaRetry

/// What is done to files as a whole.
enum FileSystem {
    /// `path` from the root, its symbolic links followed, so that a file has one name. The folder must exist.
    static func absolute(_ path: String) throws(SpoolError) -> String {
        guard !path.isEmpty, !path.hasSuffix("/") else { throw SpoolError(.unusable, "'\(path)' is not the name of a file") }
        if let real = resolved(path) { return real }
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent().path(percentEncoded: false)
        guard let real = resolved(folder) else { throw SpoolError(errno: errno, "the folder of \(path) cannot be used") }
        return real + (real == "/" ? "" : "/") + url.lastPathComponent
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Bytes in a file; `nil` if there is none. Anything but a regular file is refused.
    static func size(_ path: String) throws(SpoolError) -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT { return nil }
            throw SpoolError(errno: errno, "\(path) cannot be used")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw SpoolError(.unusable, "\(path) is not a regular file") }
        return Int64(facts.st_size)
    }

    /// The first bytes of a file, fewer if it is shorter.
    static func head(_ path: String, _ count: Int) throws(SpoolError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SpoolError(errno: errno, "\(path) cannot be read") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = pread(file, &bytes, count, 0)
        guard length >= 0 else { throw SpoolError(errno: errno, "\(path) cannot be read") }
        return Array(bytes.prefix(length))
    }

    /// Makes an empty file that only its owner may read, or leaves the one that is there.
    static func create(_ path: String) throws(SpoolError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SpoolError(errno: errno, "\(path) cannot be made") }
        close(file)
    }

    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }

    static func move(_ path: String, to target: String) throws(SpoolError) {
        guard rename(path, target) == 0 else { throw SpoolError(errno: errno, "\(path) cannot be renamed to \(target)") }
    }

    /// Removes a file; none is no error.
    static func remove(_ path: String) throws(SpoolError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SpoolError(errno: errno, "\(path) cannot be removed") }
    }

    /// Makes what was created and renamed in the folder of `path` survive a crash of the machine.
    static func syncFolder(of path: String) throws(SpoolError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SpoolError(errno: errno, "\(folder) cannot be read") }
        defer { close(file) }
        // Some file systems know no such thing, and need none.
        guard fsync(file) == 0 || errno == EINVAL else { throw SpoolError(errno: errno, "\(folder) cannot be synced") }
    }

    /// What an ordinary user may still write beside `path`, in bytes; `nil` if the system does not say.
    static func room(beside path: String) -> Int64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        let (bytes, overflow) = Int64(clamping: facts.f_bavail).multipliedReportingOverflow(by: Int64(clamping: facts.f_frsize))
        return overflow ? .max : bytes
    }
}
