import Synchronization

/// A message that was accepted: what it came to can be awaited, by anybody, as often as one likes.
public final class SendReceipt: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Result<SendOutcome, SendError>, Never>])
        case ended(Result<SendOutcome, SendError>)
    }

    private let state = Mutex(State.waiting([]))

    init() {}

    /// Where it has ended, once it has. Throws a ``SendError`` if nobody took it. Not cut short by cancellation: the message is on its way.
    public var outcome: SendOutcome {
        get async throws(SendError) {
            let result = await withCheckedContinuation { continuation in
                let known: Result<SendOutcome, SendError>? = state.withLock { state in
                    switch state {
                    case .ended(let result): return result
                    case .waiting(let others):
                        state = .waiting(others + [continuation])
                        return nil
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
            return try result.get()
        }
    }

    func end(_ result: Result<SendOutcome, SendError>) {
        let waiting: [CheckedContinuation<Result<SendOutcome, SendError>, Never>] = state.withLock { state in
            guard case .waiting(let waiting) = state else { return [] }
            state = .ended(result)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}

/// Messages that were accepted together.
final class SendBatch: Sendable {
    private struct State {
        var results: [Result<SendOutcome, SendError>?]
        var left: Int
        var waiting: CheckedContinuation<[Result<SendOutcome, SendError>], Never>?
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(results: Array(repeating: nil, count: count), left: count)) }

    var results: [Result<SendOutcome, SendError>] {
        get async {
            await withCheckedContinuation { continuation in
                let done: [Result<SendOutcome, SendError>]? = state.withLock { state in
                    guard state.left > 0 else { return state.results.compactMap(\.self) }
                    state.waiting = continuation
                    return nil
                }
                if let done { continuation.resume(returning: done) }
            }
        }
    }

    /// What several of them came to: one lock for all.
    func end(_ ends: [(index: Int, result: Result<SendOutcome, SendError>)]) {
        let done: (CheckedContinuation<[Result<SendOutcome, SendError>], Never>, [Result<SendOutcome, SendError>])? = state.withLock {
            state in
            for (index, result) in ends where state.results[index] == nil {
                state.results[index] = result
                state.left -= 1
            }
            guard state.left == 0, let waiting = state.waiting.take() else { return nil }
            return (waiting, state.results.compactMap(\.self))
        }
        if let (waiting, results) = done { waiting.resume(returning: results) }
    }
}
