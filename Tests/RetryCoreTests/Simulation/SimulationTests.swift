import RetrySimulation
import Testing

@Suite struct SimulationTests {
    /// Other seeds each time; a failing one is printed, and `Scripts/simulate --seeds 1 --first SEED --verbose` repeats it.
    @Test func noSeedBreaksAPromise() async {
        #if DEBUG
            let count: UInt64 = 80
        #else
            let count: UInt64 = 400
        #endif
        let first = UInt64.random(in: 1...1 << 40)
        let outcomes = await Simulation.run(seeds: (0..<count).map { first + $0 })
        print("simulated seeds \(first)...\(first + count - 1)")
        for outcome in outcomes where outcome.violation != nil {
            Issue.record("seed \(outcome.seed), step \(outcome.steps): \(outcome.violation ?? "")")
        }
        var reached = Statistics()
        for outcome in outcomes { reached.add(outcome.statistics) }
        #expect(reached.commits > 1_000)
        #expect(reached.aborts > 100)
        #expect(reached.markers > 0 && reached.keptRestores > 0 && reached.cleaned > 0 && reached.held > 0 && reached.reread > 0)
    }

    @Test(arguments: [1, 42, 4_711] as [UInt64]) func aSeedReplaysExactly(seed: UInt64) {
        func trace() -> [String] {
            var lines: [String] = []
            _ = Simulation.run(seed: seed) { lines.append($0) }
            return lines
        }
        let first = trace()
        #expect(first.count > 100)
        #expect(first == trace())
    }
}
