/// What a run of a simulation came to.
public struct SimulationOutcome<Reached: Sendable>: Sendable {
    /// Its number.
    public var seed: UInt64
    /// How many events there were.
    public var steps: Int
    /// How much time passed in it, in milliseconds.
    public var simulated: Int64
    /// The first promise that was broken, if any.
    public var violation: String?
    /// What it reached.
    public var statistics: Reached

    init(_ world: SimulatedTime, _ statistics: Reached) {
        seed = world.seed
        steps = world.steps
        simulated = world.now - world.begin
        violation = world.violation
        self.statistics = statistics
    }

    /// Runs many seeds, on all processors; the outcomes are in the order of `seeds`.
    static func run(seeds: [UInt64], _ run: @escaping @Sendable (UInt64) -> Self) async -> [Self] {
        await withTaskGroup(of: (Int, Self).self) { group in
            for (index, seed) in seeds.enumerated() { group.addTask { (index, run(seed)) } }
            var outcomes: [(Int, Self)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
