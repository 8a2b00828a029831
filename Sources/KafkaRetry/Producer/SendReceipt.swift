import Synchronization

/// A message that was accepted: what it came to can be awaited, by anybody, as often as one likes.
public final class SendReceipt: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Result<SendOutcome, SendError>, Never>])
        case ended(Result<SendOutcome, SendError>)
    }

    private let state = Mutex(State.waiting([]))
    /// Whoever waits for the disk; `nil` once nobody needs to any more.
    private let storing = Mutex<[CheckedContinuation<Void, Never>]?>([])

    init() {}

    /// Returns once the message outlives this process, whatever becomes of it: with ``ProducerConfiguration/Durability/writeAhead`` as soon as
    /// it is on disk in the spool, so that it can be said yes to; otherwise when it has ended with somebody, such as its topic. Throws what
    /// ``outcome`` throws if nobody took it; with `writeAhead` that is a disk that did not take it. Not cut short by cancellation.
    public func accepted() async throws(SendError) {
        await withCheckedContinuation { continuation in
            let isWaiting = storing.withLock { storing in
                storing?.append(continuation)
                return storing != nil
            }
            if !isWaiting { continuation.resume() }
        }
        let result: Result<SendOutcome, SendError>? = state.withLock { state in
            if case .ended(let result) = state { result } else { nil }
        }
        // What was on disk before it failed was told so, and is not there any more.
        _ = try result?.get()
    }

    /// It is on disk in the spool, and will be sent.
    func stored() {
        let waiting = storing.withLock { $0.take() }
        for continuation in waiting ?? [] { continuation.resume() }
    }

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
        stored()
    }
}

/// Messages that were accepted together.
final class SendBatch: Sendable {
    /// One that stands in its topic.
    struct Delivered {
        let index: Int32
        let partition: Int32
        let offset: Int64?
        let timestamp: Timestamp?

        init(_ send: PendingSend) { (index, partition, offset, timestamp) = (send.index, send.partition, send.offset, send.timestamp) }
    }

    private struct State {
        var delivered: [[Delivered]] = []
        var others: [(index: Int, result: Result<SendOutcome, SendError>)] = []
        var left: Int
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let count: Int
    private let state: Mutex<State>

    init(count: Int) {
        self.count = count
        state = Mutex(State(left: count))
    }

    /// What each came to, in their order, once all have ended. They are put in order here: the producer's thread has more to do.
    var results: [Result<SendOutcome, SendError>] {
        get async {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.left > 0 { state.waiting = continuation }
                    return state.left == 0
                }
                if isDone { continuation.resume() }
            }
            let (delivered, others) = state.withLock { ($0.delivered, $0.others) }
            // Each is replaced: all of them have ended.
            let untold = SendError(.ambiguous, .ambiguous, "nobody has told what became of it")
            var results = [Result<SendOutcome, SendError>](repeating: .failure(untold), count: count)
            for message in delivered.joined() {
                results[Int(message.index)] = .success(
                    .delivered(partition: message.partition, offset: message.offset, timestamp: message.timestamp))
            }
            for (index, result) in others { results[index] = result }
            return results
        }
    }

    /// What several of them came to, each once: one lock for all.
    func end(_ delivered: [Delivered], _ others: [(index: Int, result: Result<SendOutcome, SendError>)]) {
        guard !delivered.isEmpty || !others.isEmpty else { return }
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            if !delivered.isEmpty { state.delivered.append(delivered) }
            state.others += others
            state.left -= delivered.count + others.count
            assert(state.left >= 0, "an end was told twice")
            return state.left == 0 ? state.waiting.take() : nil
        }
        waiting?.resume()
    }
}
