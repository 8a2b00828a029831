import Synchronization

/// A message that was accepted: what it came to can be awaited, by anybody, as often as one likes.
public final class SendReceipt: Sendable {
    private struct State {
        var result: Result<SendOutcome, SendError>?
        /// Whoever waits for that: mostly one, who needs no array.
        var waiting: UnsafeContinuation<Result<SendOutcome, SendError>, Never>?
        var others: [UnsafeContinuation<Result<SendOutcome, SendError>, Never>] = []
        /// Whether nobody needs to wait for the disk any more, and who does.
        var isStored = false
        var storing: [UnsafeContinuation<Void, Never>] = []
    }

    // Each continuation is resumed by whoever takes it out of the state, under its lock, and each end does that.
    private let state = Mutex(State())

    init() {}

    /// Returns once the message outlives this process, whatever becomes of it: with ``ProducerConfiguration/Durability/writeAhead`` as soon as
    /// it is on disk in the spool, so that it can be said yes to; otherwise when it has ended with somebody, such as its topic. Throws what
    /// ``outcome`` throws if nobody took it; with `writeAhead` that is a disk that did not take it. Not cut short by cancellation.
    public func accepted() async throws(SendError) {
        await withUnsafeContinuation { continuation in
            let isStored = state.withLock { state in
                if !state.isStored { state.storing.append(continuation) }
                return state.isStored
            }
            if isStored { continuation.resume() }
        }
        // What was on disk before it failed was told so, and is not there any more.
        _ = try state.withLock { $0.result }?.get()
    }

    /// It is on disk in the spool, and will be sent.
    func stored() {
        let waiting = state.withLock { state in
            state.isStored = true
            defer { state.storing = [] }
            return state.storing
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Where it has ended, once it has. Throws a ``SendError`` if nobody took it. Not cut short by cancellation: the message is on its way.
    public var outcome: SendOutcome {
        get async throws(SendError) {
            let result = await withUnsafeContinuation { continuation in
                let known: Result<SendOutcome, SendError>? = state.withLock { state in
                    if let result = state.result { return result }
                    if state.waiting == nil { state.waiting = continuation } else { state.others.append(continuation) }
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
            return try result.get()
        }
    }

    func end(_ result: Result<SendOutcome, SendError>) {
        let told: State? = state.withLock { state in
            guard state.result == nil else { return nil }
            defer { state = State(result: result, isStored: true) }
            return state
        }
        guard let told else { return }
        told.waiting?.resume(returning: result)
        for continuation in told.others { continuation.resume(returning: result) }
        for continuation in told.storing { continuation.resume() }
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
