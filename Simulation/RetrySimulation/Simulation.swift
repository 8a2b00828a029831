import RetryCore

/// A deterministic run of the relay's machine over simulated brokers, a group, transactions, a clock and faults.
///
/// One number drives all of it, so that a run that fails is repeated exactly by its number alone.
public struct Simulation: Sendable {
    /// What a run came to.
    public struct Outcome: Sendable {
        /// Its number.
        public var seed: UInt64
        /// How many events there were.
        public var steps: Int
        /// How much time passed in it, in milliseconds.
        public var simulated: Int64
        /// The first promise that was broken, if any.
        public var violation: String?
        /// What it reached.
        public var statistics: Statistics
    }

    /// Runs many seeds, on all processors; the outcomes are in the order of `seeds`.
    public static func run(seeds: [UInt64]) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, seed) in seeds.enumerated() { group.addTask { (index, run(seed: seed)) } }
            var outcomes: [(Int, Outcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Runs the simulation of `seed`; `trace` is called with a line for each thing that happens.
    public static func run(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
        let world = World(seed: seed, trace: trace)
        world.note("plan: \(world.plan)")
        do {
            try world.build()
            world.scheduleFaults()
            world.run(until: world.begin + world.plan.faultTime)
            world.calmDown()
            let settled = world.now + 120_000
            world.run(until: settled)
            if world.violation == nil { world.checkWaiting() }
            world.quietActions = 0
            world.run(until: settled + Int64(world.plan.longestDelay) + 660_000)
            if world.violation == nil { world.checkWaiting() }
            if world.violation == nil { world.checkEnd(settled: settled) }
        } catch {
            world.violate("cannot be set up: \(error)")
        }
        return Outcome(
            seed: seed, steps: world.steps, simulated: world.now - world.begin, violation: world.violation, statistics: world.statistics)
    }
}
