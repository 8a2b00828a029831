import Foundation
import Synchronization

/// SIGTERM and SIGINT as a request to stop. The first of either asks; a second SIGINT ends the process at once.
final class StopSignals: Sendable {
    private struct State {
        var first: String?
        var interrupts = 0
        var waiting: [UInt64: CheckedContinuation<String?, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())
    private let endNow: @Sendable () -> Void
    private let pipe = SignalPipe()

    /// Takes the signals from here on, for as long as it lives. SIGPIPE does nothing any more: writers see EPIPE.
    ///
    /// - Parameter endNow: what a second SIGINT does.
    init(endNow: @escaping @Sendable () -> Void = { _exit(ExitStatus.interruptedTwice.rawValue) }) {
        self.endNow = endNow
        signal(SIGPIPE, SIG_IGN)
        pipe?.forEach { [weak self] number in self?.arrived(number == SIGINT ? "SIGINT" : "SIGTERM") }
    }

    deinit { pipe?.end() }

    /// The name of the signal that asked to stop, once one has come; `nil` if the task was cancelled first.
    func requested() async -> String? {
        let id = state.withLock { state in
            state.nextWaiter &+= 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: String?? = state.withLock { state in
                    if let first = state.first { return .some(first) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiting[id] = continuation
                    return .none
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }

    /// What a signal does.
    func arrived(_ name: String) {
        let (waiting, again) = state.withLock { state in
            if name == "SIGINT" { state.interrupts = min(state.interrupts + 1, 2) }
            if state.first == nil { state.first = name }
            defer { state.waiting = [:] }
            return (state.waiting.values.map { $0 }, state.interrupts > 1)
        }
        for continuation in waiting { continuation.resume(returning: name) }
        if again { endNow() }
    }
}
