import RetryCore

/// A deterministic run of the producer's machine over simulated brokers, a librdkafka, a spool, a clock and faults.
///
/// One number drives all of it, so that a run that fails is repeated exactly by its number alone.
public struct ProducerSimulation: Sendable {
    /// What a run came to.
    public typealias Outcome = SimulationOutcome<ProducerStatistics>

    /// Runs many seeds, on all processors; the outcomes are in the order of `seeds`.
    public static func run(seeds: [UInt64]) async -> [Outcome] { await Outcome.run(seeds: seeds) { run(seed: $0) } }

    /// Runs the simulation of `seed`; `trace` is called with a line for each thing that happens.
    public static func run(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
        let world = ProducerWorld(seed: seed, trace: trace)
        defer { world.end() }
        world.note("plan: \(world.plan)")
        world.startProcess()
        world.scheduleFaults()
        world.scheduleCallers()
        world.run(until: world.begin + world.plan.faultTime)
        world.calmDown()
        world.run(until: world.now + 120_000)
        world.checkRest()
        world.closeProcess(restarts: false)
        world.run(until: world.now + 20_000)
        world.checkEnd()
        return Outcome(world, world.statistics)
    }
}
