import RetrySimulation
import Testing

@Suite struct MonthSimulationTests {
    /// Other seeds each time; a failing one is printed, and `Scripts/simulate --world month --seeds 1 --first SEED --verbose` repeats it.
    @Test func noSeedBreaksAPromise() async {
        #if DEBUG
            let count: UInt64 = 4
        #else
            let count: UInt64 = 40
        #endif
        let runs = await SimulationChecks.noSeedBreaksAPromise(count, of: "month") { await MonthSimulation.run(seeds: $0) }
        let reached = runs.reduce(into: MonthStatistics()) { $0.add($1) }
        print("months: \(reached)")
        #expect(reached.cleaned > 0 && reached.restarts > 0)
    }

    @Test func aSeedReplaysExactly() {
        SimulationChecks.aSeedReplaysExactly { trace in _ = MonthSimulation.run(seed: 4_711, records: 500, trace: trace) }
    }
}
