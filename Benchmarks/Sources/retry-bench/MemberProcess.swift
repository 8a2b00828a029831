import Foundation
import KafkaRetry

/// A member of a group in a process of its own.
final class MemberProcess {
    /// When it was started.
    let started = MemberState.clock
    /// How it stood when it had joined: empty.
    private(set) var joined: MemberState?
    /// How it stood last, as far as anybody has looked.
    private(set) var state: MemberState?

    private let process: OwnProcess
    private var told: ArraySlice<String> = []

    private static let patience: Duration = .seconds(600)

    init(_ bootstrap: String, topic: String, group: String, instance: String, memory: ByteSize) throws {
        process = try OwnProcess(["member", bootstrap, topic, group, instance, "\(memory)"])
    }

    /// What it tells next; `nil` if nothing comes within the time.
    func next(within timeout: Duration) throws -> MemberState? {
        if told.isEmpty {
            guard let lines = process.output(within: timeout) else { throw BenchmarkFailure("the relay ended early") }
            told = lines[...]
        }
        guard let line = told.popFirst() else { return nil }
        let next = try JSONDecoder().decode(MemberState.self, from: Data(line.utf8))
        joined = joined ?? next
        state = next
        return next
    }

    /// Waits until it stands as wanted. Answers how it stood then.
    func wait(until isDone: (MemberState) -> Bool) throws -> MemberState {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if let next = try next(within: .seconds(1)), isDone(next) { return next }
        }
        throw BenchmarkFailure("the relay does not come to its end: \(state.map { "\($0)" } ?? "it has not joined")")
    }

    /// How it stands now, or stood a moment ago.
    func latest() throws -> MemberState? {
        while try next(within: .zero) != nil {}
        return state
    }

    func stop() throws { try process.stop() }

    func kill() { process.kill() }
}
