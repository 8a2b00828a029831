import Foundation

/// Why a file could not be read, as a sentence behind its name.
package struct FileError: Error, Equatable {
    package var problem: String

    package init(problem: String) { self.problem = problem }

    /// The whole content of the file at `path`, if it is not larger than `limit` bytes. Blocks.
    package static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(problem: "has no name") }
        guard let file = fopen(path, "rb") else { throw FileError(problem: "cannot be opened: \(reason(errno))") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        errno = 0
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw FileError(problem: "cannot be read: \(reason(errno))") }
        guard count <= limit else { throw FileError(problem: "is larger than \(limit >> 10) KiB") }
        return Array(bytes.prefix(count))
    }

    private static func reason(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
