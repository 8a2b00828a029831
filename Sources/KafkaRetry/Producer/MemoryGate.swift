import Synchronization

/// Lets messages in while there is memory for them; whoever sends more waits in line.
final class MemoryGate: Sendable {
    private struct State {
        var used = 0
        var isClosed = false
        var line: [(id: UInt64, bytes: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var lastId: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = max(1, limit) }

    /// What is let in at present, in bytes.
    var used: Int { state.withLock { $0.used } }

    /// Waits for room. False if the gate was closed or the task cancelled. Something larger than the limit is let in alone.
    func enter(_ bytes: Int) async -> Bool {
        let id: UInt64? = state.withLock { state in
            if state.isClosed { return 0 }
            if state.line.isEmpty, state.used == 0 || state.used + bytes <= limit {
                state.used += bytes
                return nil
            }
            state.lastId += 1
            return state.lastId
        }
        guard let id else { return true }
        if id == 0 { return false }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.isClosed || Task.isCancelled { return false }
                    if state.line.isEmpty, state.used == 0 || state.used + bytes <= limit {
                        state.used += bytes
                        return true
                    }
                    state.line.append((id, bytes, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.line.firstIndex { $0.id == id }.map { state.line.remove(at: $0).continuation }
            }
            waiting?.resume(returning: false)
        }
    }

    /// Gives memory back.
    func leave(_ bytes: Int) {
        let admitted = state.withLock { state in
            state.used -= bytes
            var admitted: [CheckedContinuation<Bool, Never>] = []
            while let first = state.line.first, state.used == 0 || state.used + first.bytes <= limit {
                state.used += first.bytes
                admitted.append(state.line.removeFirst().continuation)
            }
            return admitted
        }
        for continuation in admitted { continuation.resume(returning: true) }
    }

    /// Lets nobody in any more.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.line = [] }
            return state.line
        }
        for entry in waiting { entry.continuation.resume(returning: false) }
    }
}
