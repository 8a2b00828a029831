import RetrySimulation
import Testing

/// What is asked of each simulated world.
enum SimulationChecks {
    /// Runs other seeds each time, and fails the test for each that breaks a promise, naming it.
    static func noSeedBreaksAPromise<Reached>(
        _ count: UInt64, of world: String, _ run: ([UInt64]) async -> [SimulationOutcome<Reached>]
    ) async -> [Reached] {
        let first = UInt64.random(in: 1...1 << 40)
        let outcomes = await run((0..<count).map { first + $0 })
        print("simulated seeds \(first)...\(first + count - 1) of the \(world)")
        for outcome in outcomes where outcome.violation != nil {
            Issue.record("seed \(outcome.seed), step \(outcome.steps): \(outcome.violation ?? "")")
        }
        return outcomes.map(\.statistics)
    }

    /// Runs a seed twice, and compares all that happens.
    static func aSeedReplaysExactly(_ run: (_ trace: @escaping (String) -> Void) -> Void) {
        func trace() -> [String] {
            var lines: [String] = []
            run { lines.append($0) }
            return lines
        }
        let first = trace()
        #expect(first.count > 100)
        #expect(first == trace())
    }
}
