import Synchronization

/// The right to run a dedicated cluster. There is one at a time: three Java processes are as much as a small machine bears.
/// It ends at `end()`, or with its last reference.
final class DedicatedTurn: Sendable {
    private struct Queue {
        var taken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private static let queue = Mutex(Queue())
    private let ended = Mutex(false)

    private init() {}

    /// Waits for the turn.
    static func next() async -> DedicatedTurn {
        await withCheckedContinuation { continuation in
            let free = queue.withLock { queue in
                if queue.taken {
                    queue.waiting.append(continuation)
                    return false
                }
                queue.taken = true
                return true
            }
            if free { continuation.resume() }
        }
        return DedicatedTurn()
    }

    /// Hands the turn to whoever waits longest.
    func end() {
        let first = ended.withLock { ended in
            defer { ended = true }
            return !ended
        }
        guard first else { return }
        let next = Self.queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.taken = false
                return CheckedContinuation<Void, Never>?.none
            }
            return queue.waiting.removeFirst()
        }
        next?.resume()
    }

    deinit { end() }
}
