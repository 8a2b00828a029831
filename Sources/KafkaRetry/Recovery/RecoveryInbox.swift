import Synchronization

/// Messages that wait for the recovery handlers. What waits is taken together, so that an outage costs few writes and few waits.
final class RecoveryInbox: Sendable {
    private let waiting = Mutex<ArraySlice<RecoveryItem>>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() { (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func post(_ items: [RecoveryItem]) {
        guard !items.isEmpty else { return }
        waiting.withLock { $0 += items }
        signal.yield()
    }

    /// No more come.
    func finish() { signal.finish() }

    /// So many are taken together at most: what became of them is told before the next.
    static let mostTogether = 4_000

    /// Calls `body` with what waits, one call after the other, until it is finished or the task cancelled.
    func run(_ body: ([RecoveryItem]) async -> Void) async {
        for await _ in signals {
            while !Task.isCancelled, let items = take() { await body(items) }
        }
    }

    /// Nothing more is begun with: what waits.
    func stop() -> ArraySlice<RecoveryItem> {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    private func take() -> [RecoveryItem]? {
        waiting.withLock { waiting in
            guard !waiting.isEmpty else { return nil }
            defer { waiting = waiting.dropFirst(Self.mostTogether) }
            return Array(waiting.prefix(Self.mostTogether))
        }
    }
}

/// Two of them: what may go to the spool keeps its order, and does not wait for the dead letters of what may not.
struct RecoveryInboxes: Sendable {
    let spoolable = RecoveryInbox()
    let others = RecoveryInbox()

    func post(_ items: [RecoveryItem]) {
        spoolable.post(items.filter(\.maySpool))
        others.post(items.filter { !$0.maySpool })
    }

    func stop() -> ArraySlice<RecoveryItem> { spoolable.stop() + others.stop() }

    func finish() {
        spoolable.finish()
        others.finish()
    }
}
