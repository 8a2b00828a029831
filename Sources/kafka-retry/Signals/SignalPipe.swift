import Foundation
import Synchronization

/// SIGTERM and SIGINT as bytes in a pipe, which a thread reads: the handler itself may do next to nothing.
///
/// A dispatch source would need the signals ignored, and Linux drops an ignored signal that some thread does not block.
struct SignalPipe: Sendable {
    /// Where the handler writes: the pipe that was made last.
    private static let target = Atomic<Int32>(-1)

    private let readEnd: Int32
    private let writeEnd: Int32

    /// Takes the signals from here on; `nil` if the process has no file descriptor left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait.
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        Self.target.store(writeEnd, ordering: .releasing)
        for number in [SIGTERM, SIGINT] {
            signal(number) { number in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(SignalPipe.target.load(ordering: .acquiring), &byte, 1)
                errno = before
            }
        }
    }

    /// Calls `body` with each signal's number, on a thread of its own, until `end`.
    func forEach(_ body: @escaping @Sendable (Int32) -> Void) {
        let readEnd = readEnd
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(readEnd, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1, byte != 0 else { break }
                body(Int32(byte))
            }
            close(readEnd)
        }
    }

    /// Ends the thread. The write end stays open, since a handler may be about to use it.
    func end() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }
}
