import Foundation
import Synchronization

/// SIGTERM and SIGINT as a request to stop. The first of either asks; a second SIGINT ends the process at once.
package final class StopSignals: Sendable {
    private struct State {
        var first: StopSignal?
        var interrupts = 0
        var waiting: [UInt64: CheckedContinuation<StopSignal?, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var reader: UInt64?
    }

    private let state = Mutex(State())
    private let endNow: @Sendable () -> Void

    /// The status of a process that a second SIGINT has ended.
    package static let interruptedTwice: Int32 = 130

    /// Takes these signals from here on, until ``end()``.
    ///
    /// - Parameter endNow: what a second SIGINT does.
    package init(_ signals: [StopSignal] = StopSignal.allCases, endNow: @escaping @Sendable () -> Void = { _exit(interruptedTwice) }) {
        self.endNow = endNow
        let reader = SignalPipe.add(Set(signals)) { [weak self] signal in self?.arrived(signal) }
        state.withLock { $0.reader = reader }
    }

    deinit { end() }

    /// Gives the signals back: they do what they did before, unless somebody else has taken them too.
    package func end() {
        let reader = state.withLock { $0.reader.take() }
        if let reader { SignalPipe.remove(reader) }
    }

    /// The signal that asked to stop, once one has come; `nil` if the task was cancelled first.
    package func requested() async -> StopSignal? {
        let id = state.withLock { state in
            state.nextWaiter &+= 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: StopSignal?? = state.withLock { state in
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
    package func arrived(_ signal: StopSignal) {
        let (waiting, again) = state.withLock { state in
            if signal == .sigint { state.interrupts = min(state.interrupts + 1, 2) }
            if state.first == nil { state.first = signal }
            defer { state.waiting = [:] }
            return (state.waiting.values.map { $0 }, state.interrupts > 1)
        }
        for continuation in waiting { continuation.resume(returning: signal) }
        if again { endNow() }
    }
}
