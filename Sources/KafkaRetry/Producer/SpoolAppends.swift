import RetryCore
import Synchronization

/// Appends to a spool, whose waits for room can be ended all at once.
final class SpoolAppends: Sendable {
    private struct State {
        /// None waits for room; none is begun after one that had none.
        var isOver = false
        var isStopped = false
        var running: [UInt64: Task<[Int64], any Error>] = [:]
        var lastId: UInt64 = 0
    }

    private let spool: any MessageSpool
    private let state = Mutex(State())

    init(_ spool: any MessageSpool) { self.spool = spool }

    /// As ``MessageSpool/append(_:)``.
    func append(_ entries: [SpoolEntry]) async throws(SpoolError) -> [Int64] {
        let begun: (UInt64, Task<[Int64], any Error>)? = state.withLock { state in
            if state.isStopped { return nil }
            let task = Task { [spool] in try await spool.append(entries) }
            if state.isOver { task.cancel() }
            state.lastId += 1
            state.running[state.lastId] = task
            return (state.lastId, task)
        }
        guard let (id, task) = begun else { throw SpoolError(.closed, "the producer is being closed, and the spool has no room") }
        let result = await task.result
        state.withLock { state in
            state.running[id] = nil
            if state.isOver, case .failure = result { state.isStopped = true }
        }
        do { return try result.get() } catch let error as SpoolError { throw error } catch {
            throw SpoolError(.io, "\(type(of: error))")
        }
    }

    /// None is begun any more.
    func stop() { state.withLock { $0.isStopped = true } }

    /// None of them waits for room any longer, nor will a later one.
    func waitNoLonger() {
        let running = state.withLock { state in
            state.isOver = true
            return Array(state.running.values)
        }
        for task in running { task.cancel() }
    }
}
