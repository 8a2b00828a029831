import RetrySimulation
import Testing

@Suite struct ProducerSimulationTests {
    /// Other seeds each time; a failing one is printed, and `Scripts/simulate --world producer --seeds 1 --first SEED --verbose` repeats it.
    @Test func noSeedBreaksAPromise() async {
        #if DEBUG
            let count: UInt64 = 150
        #else
            let count: UInt64 = 1_000
        #endif
        let runs = await SimulationChecks.noSeedBreaksAPromise(count, of: "producer") { await ProducerSimulation.run(seeds: $0) }
        let reached = runs.reduce(into: ProducerStatistics()) { $0.add($1) }
        #expect(reached.written > 10_000)
        #expect(reached.spooled > 1_000 && reached.replayed > 1_000 && reached.spoolFull > 0)
        #expect(reached.purges > 100 && reached.breakersOpened > 50 && reached.renewals > 0 && reached.notTaken > 0)
        #expect(reached.repartitions > 0 && reached.crashes > 0 && reached.deadLetters > 0 && reached.ambiguous > 0)
    }

    @Test(arguments: [1, 42, 4_711] as [UInt64]) func aSeedReplaysExactly(seed: UInt64) {
        SimulationChecks.aSeedReplaysExactly { trace in _ = ProducerSimulation.run(seed: seed, trace: trace) }
    }
}
