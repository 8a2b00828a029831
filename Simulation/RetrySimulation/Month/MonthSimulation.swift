import RetryCore

/// A deterministic month of a retry topic with delays from a second to seven days and a limited retention, while members are restarted.
///
/// What is promised of cleaning shows only in such a time: the world is that of ``Simulation``, without its other faults.
public struct MonthSimulation: Sendable {
    /// What a run came to.
    public typealias Outcome = SimulationOutcome<MonthStatistics>

    /// Runs many seeds, on all processors; the outcomes are in the order of `seeds`.
    public static func run(seeds: [UInt64], records: Int = 4_000) async -> [Outcome] {
        await Outcome.run(seeds: seeds) { run(seed: $0, records: records) }
    }

    /// Runs the month of `seed`, in which about `records` come in; `trace` is called with a line for each thing that happens.
    public static func run(seed: UInt64, records: Int = 4_000, trace: ((String) -> Void)? = nil) -> Outcome {
        let month = Month(seed: seed, records: records, trace: trace)
        defer { month.world.end() }
        month.run()
        return Outcome(month.world, month.statistics)
    }
}
