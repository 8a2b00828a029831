import Foundation
import Synchronization

/// The lines that a process has printed so far, to look at or to wait for.
final class LineLog: Sendable {
    private struct Waiter {
        var matches: @Sendable (String) -> Bool
        var continuation: CheckedContinuation<String?, Never>
    }
    private struct State {
        var lines: [String] = []
        var rest = Data()
        var ended = false
        var waiters: [UUID: Waiter] = [:]
    }
    private let state = Mutex(State())

    /// All whole lines so far, and a last one without an end once there will be no more.
    var lines: [String] { state.withLock { $0.lines } }

    /// All of it so far, line ends as they were.
    var text: String {
        state.withLock { state in
            let whole = state.ended && !state.rest.isEmpty ? state.lines.dropLast() : state.lines[...]
            return whole.map { $0 + "\n" }.joined() + String(decoding: state.rest, as: UTF8.self)
        }
    }

    /// Takes what `handle` reads until it ends, on a thread of its own, where `onLine` gets each new line at once.
    func follow(_ handle: FileHandle, onLine: @escaping @Sendable (String) -> Void = { _ in }) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(handle.fileDescriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                for line in append(Data(buffer.prefix(max(count, 0)))) { onLine(line) }
                if count <= 0 { return }
            }
        }
    }

    /// The first line, of those printed already too, that `matches`; `nil` when the time is over or the process has closed its output.
    func first(within timeout: Duration, where matches: @escaping @Sendable (String) -> Bool) async -> String? {
        let id = UUID()
        return await withCheckedContinuation { continuation in
            let answer: String?? = state.withLock { state in
                if let line = state.lines.first(where: matches) { return .some(line) }
                if state.ended { return .some(nil) }
                state.waiters[id] = Waiter(matches: matches, continuation: continuation)
                return nil
            }
            if let answer { return continuation.resume(returning: answer) }
            DispatchQueue.global().asyncAfter(deadline: .now() + timeout / .seconds(1)) { [self] in
                state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: nil)
            }
        }
    }

    /// Takes more output, and answers the lines that it completes; no bytes are its end.
    private func append(_ data: Data) -> [String] {
        let (new, answered): ([String], [(Waiter, String?)]) = state.withLock { state in
            let before = state.lines.count
            state.rest += data
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest = Data(state.rest[(end + 1)...])
            }
            state.ended = data.isEmpty
            if state.ended, !state.rest.isEmpty { state.lines.append(String(decoding: state.rest, as: UTF8.self)) }
            let new = state.lines[before...]
            let answered: [(Waiter, String?)] = state.waiters.compactMap { id, waiter in
                let line = new.first(where: waiter.matches)
                guard line != nil || state.ended else { return nil }
                state.waiters[id] = nil
                return (waiter, line)
            }
            return (Array(new), answered)
        }
        for (waiter, line) in answered { waiter.continuation.resume(returning: line) }
        return new
    }
}
