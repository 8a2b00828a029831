import Synchronization

/// Waits for tasks up to a moment, and cancels those that are not over then.
final class HelpersEnd: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Void, Never>)
        case over
    }

    private let tasks: [Task<Void, Never>]
    private let state = Mutex(State.running)

    init(_ tasks: [Task<Void, Never>]) { self.tasks = tasks }

    func wait(until limit: ContinuousClock.Instant) async {
        let clock = Task {
            try? await Task.sleep(until: limit, clock: .continuous)
            if Task.isCancelled { return }
            for task in self.tasks { task.cancel() }
            // What heeds that is over now.
            try? await Task.sleep(for: .milliseconds(10))
            self.end()
        }
        Task {
            for task in self.tasks { await task.value }
            self.end()
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if case .over = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        clock.cancel()
    }

    private func end() {
        let awaited: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .over }
            return if case .awaited(let continuation) = state { continuation } else { nil }
        }
        awaited?.resume()
    }
}
