import Foundation
import Synchronization

/// The process's signals as bytes in a pipe, which a thread reads: a signal's handler itself may do next to nothing.
///
/// A dispatch source would need the signals ignored, and Linux drops an ignored signal that some thread does not block. Pipe and thread stay
/// for as long as the process lives, since a handler may be about to write at any time.
enum SignalPipe {
    private typealias Handler = @convention(c) (Int32) -> Void

    private struct Reader {
        var signals: Set<StopSignal>
        var body: @Sendable (StopSignal) -> Void
    }

    private struct State {
        var readers: [UInt64: Reader] = [:]
        var lastReader: UInt64 = 0
        /// What a signal did before it was taken.
        var before: [StopSignal: Handler?] = [:]
    }

    /// Where the handlers write.
    private static let writeEnd = Atomic<Int32>(-1)
    private static let state = Mutex(State())

    /// Takes these signals from here on and calls `body` with each that comes, on the pipe's thread. `nil` if the process has no file
    /// descriptor left: they do what they did before.
    static func add(_ signals: Set<StopSignal>, _ body: @escaping @Sendable (StopSignal) -> Void) -> UInt64? {
        state.withLock { state in
            guard writeEnd.load(ordering: .acquiring) >= 0 || open() else { return nil }
            state.lastReader &+= 1
            state.readers[state.lastReader] = Reader(signals: signals, body: body)
            for number in signals {
                // Somebody may have set a handler since another reader took it.
                let before = signal(number.number, handler)
                if !isOurs(before) { state.before.updateValue(before, forKey: number) }
            }
            return state.lastReader
        }
    }

    /// Calls it no more. A signal that nobody reads any longer does what it did before.
    static func remove(_ reader: UInt64) {
        state.withLock { state in
            guard let left = state.readers.removeValue(forKey: reader) else { return }
            for number in left.signals where !state.readers.values.contains(where: { $0.signals.contains(number) }) {
                guard let before = state.before.removeValue(forKey: number) else { continue }
                // Nor is one that somebody has set since ours to take away.
                let current = signal(number.number, before)
                if !isOurs(current) { signal(number.number, current) }
            }
        }
    }

    private static let handler: Handler = { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(SignalPipe.writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = before
    }

    private static func isOurs(_ other: Handler?) -> Bool { unsafeBitCast(other, to: UInt.self) == unsafeBitCast(handler, to: UInt.self) }

    private static func open() -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        writeEnd.store(ends[1], ordering: .releasing)
        let readEnd = ends[0]
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(readEnd, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { break }
                arrived(Int32(byte))
            }
        }
        return true
    }

    private static func arrived(_ number: Int32) {
        guard let signal = StopSignal.allCases.first(where: { $0.number == number }) else { return }
        let readers = state.withLock { $0.readers.values.filter { $0.signals.contains(signal) } }
        for reader in readers { reader.body(signal) }
    }
}
