import RetryCore

/// A deterministic run of the relay's machine over simulated brokers, a group, transactions, a clock and faults.
///
/// One number drives all of it, so that a run that fails is repeated exactly by its number alone.
public struct Simulation: Sendable {
    /// What a run came to.
    public typealias Outcome = SimulationOutcome<Statistics>

    /// Runs many seeds, on all processors; the outcomes are in the order of `seeds`.
    public static func run(seeds: [UInt64]) async -> [Outcome] { await Outcome.run(seeds: seeds) { run(seed: $0) } }

    /// Runs the simulation of `seed`; `trace` is called with a line for each thing that happens.
    public static func run(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
        let world = World(seed: seed, trace: trace)
        defer { world.end() }
        world.note("plan: \(world.plan)")
        do {
            try world.build()
            world.scheduleFaults()
            world.run(until: world.begin + world.plan.faultTime)
            world.calmDown()
            var settled = world.now + 120_000
            world.run(until: settled)
            if world.violation == nil { world.checkWaiting() }
            let withheld = world.withholdRight(for: 90_000)
            world.run(until: world.now + 90_000)
            if world.violation == nil { world.checkOthersWent(on: withheld, dueBefore: world.now - 45_000) }
            settled = world.now + 60_000
            world.run(until: settled)
            world.quietActions = 0
            world.run(until: settled + Int64(world.plan.longestDelay) + 660_000)
            if world.violation == nil { world.checkWaiting() }
            if world.violation == nil { world.checkEnd(settled: settled) }
            if world.violation == nil { world.checkCleaning() }
        } catch {
            world.violate("cannot be set up: \(error)")
        }
        return Outcome(world, world.statistics)
    }
}
