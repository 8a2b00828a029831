import Foundation
import Synchronization

/// A value that comes once, from any thread, and that many may wait for.
final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: [UUID: CheckedContinuation<Value?, Never>] = [:]
    }
    private let state = Mutex(State())

    /// Hands out `value`; only the first one counts.
    func resolve(_ value: Value) {
        let waiting = state.withLock { state in
            guard state.value == nil else { return [CheckedContinuation<Value?, Never>]() }
            state.value = value
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// The value, or `nil` if it has not come within `timeout`.
    func value(within timeout: Duration) async -> Value? {
        let id = UUID()
        return await withCheckedContinuation { continuation in
            let value = state.withLock { state in
                if state.value == nil { state.waiting[id] = continuation }
                return state.value
            }
            if let value { return continuation.resume(returning: value) }
            DispatchQueue.global().asyncAfter(deadline: .now() + timeout / .seconds(1)) { [self] in
                state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: nil)
            }
        }
    }
}
