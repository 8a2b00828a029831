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
        let runs = await SimulationChecks.noSeedBreaksAPromise(count, of: "relay") { await Simulation.run(seeds: $0) }
        let reached = runs.reduce(into: Statistics()) { $0.add($1) }
        #expect(reached.commits > 1_000)
        #expect(reached.aborts > 100)
        #expect(reached.unavailable > 0)
        #expect(reached.markers > 0 && reached.keptRestores > 0 && reached.cleaned > 0 && reached.held > 0 && reached.reread > 0)
    }

    @Test(arguments: [1, 42, 4_711] as [UInt64]) func aSeedReplaysExactly(seed: UInt64) {
        SimulationChecks.aSeedReplaysExactly { trace in _ = Simulation.run(seed: seed, trace: trace) }
    }
}
