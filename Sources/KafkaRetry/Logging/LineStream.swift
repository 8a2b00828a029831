import Foundation
import Synchronization

/// A file descriptor that takes whole lines: those of different threads do not mix, and a reader that has gone away harms nobody.
package final class LineStream: Sendable {
    private let descriptor: Int32
    /// Whether the reader is still there.
    private let isOpen = Mutex(true)

    /// How long a reader that takes nothing is waited for, in milliseconds.
    private static let patience: Int32 = 5_000

    package init(descriptor: Int32) { self.descriptor = descriptor }

    package static let standardOutput = LineStream(descriptor: STDOUT_FILENO)
    package static let standardError = LineStream(descriptor: STDERR_FILENO)

    /// Whether a person reads it.
    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes `line` and a line feed. Blocks while the reader is slow.
    package func write(line: String) {
        var line = line
        line.append("\n")
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = line.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&wanted, 1, Self.patience) == 0 { return true }
            } else if errno != EINTR {
                // A full disk may have room again later; a closed pipe never opens again.
                return errno != EPIPE && errno != EBADF
            }
        }
        return true
    }
}
