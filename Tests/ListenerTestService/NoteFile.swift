import Foundation
import ListenerTestPlan

/// A file to which several processes append whole lines. What is written there outlives a kill.
struct NoteFile: Sendable {
    struct Unwritable: Error { var path: String }

    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unwritable(path: path) }
    }

    func append(_ note: CallNote) {
        let line = Array((note.line + "\n").utf8)
        _ = write(descriptor, line, line.count)
    }
}
