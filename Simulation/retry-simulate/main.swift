import RetrySimulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let usage = """
    usage: retry-simulate [--world NAME] [--seeds N] [--first N] [--verbose] [--until-failure]
      --world NAME      what is simulated: relay, producer, month, or all of them; relay and producer if it is not said
      --seeds N         how many seeds (200)
      --first N         the first of them (1)
      --verbose         print what happens, step by step
      --until-failure   stop at the first seed that fails
    """

/// What can be simulated.
enum World: String, CaseIterable { case relay, producer, month }

var worlds: [World] = [.relay, .producer]
var (count, first): (UInt64, UInt64) = (200, 1)
var (isVerbose, stopsAtFailure) = (false, false)
var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    switch option {
    case "--verbose": isVerbose = true
    case "--until-failure": stopsAtFailure = true
    case "--world":
        let name = arguments.popFirst() ?? ""
        guard name == "all" || World(rawValue: name) != nil else {
            print("retry-simulate: --world wants all, relay, producer or month")
            exit(64)
        }
        worlds = World.allCases.filter { name == "all" || $0.rawValue == name }
    case "--seeds", "--first":
        guard let text = arguments.popFirst(), let number = UInt64(text) else {
            print("retry-simulate: \(option) wants a number, at least 0")
            exit(64)
        }
        if option == "--seeds" { count = number } else { first = number }
    default:
        print(usage)
        exit(option == "--help" ? 0 : 64)
    }
}

/// Seeds in pieces, so that failures are told in order though all processors work.
let piece = isVerbose ? 1 : stopsAtFailure ? 16 : UInt64(200)

/// Runs all seeds in one world, and tells how many failed.
@MainActor func simulate(_ world: World) async -> Int {
    var (failed, steps, simulated, done): (Int, Int, Int64, UInt64) = (0, 0, 0, 0)
    var (relay, producer, month) = (Statistics(), ProducerStatistics(), MonthStatistics())
    while done < count, failed == 0 || !stopsAtFailure {
        let seeds = (0..<min(piece, count - done)).map { first &+ done &+ $0 }
        for run in await runs(of: seeds, in: world) {
            done += 1
            steps += run.steps
            simulated += run.simulated
            switch run.reached {
            case .relay(let statistics): relay.add(statistics)
            case .producer(let statistics): producer.add(statistics)
            case .month(let statistics): month.add(statistics)
            }
            guard let violation = run.violation else { continue }
            failed += 1
            print("seed \(run.seed), step \(run.steps): \(violation)\(world == .relay ? "" : " (--world \(world.rawValue))")")
            if stopsAtFailure { break }
        }
    }
    let reached =
        switch world {
        case .relay: "\(relay)"
        case .producer: "\(producer)"
        case .month: "\(month)"
        }
    let hours = simulated / 3_600_000
    print("\(world.rawValue): \(done) seeds, \(failed) failed, \(steps) steps, \(hours) hours of simulated time, \(reached)")
    return failed
}

/// What a seed came to, in any world.
struct Run {
    enum Reached { case relay(Statistics), producer(ProducerStatistics), month(MonthStatistics) }

    var (seed, steps, simulated): (UInt64, Int, Int64)
    var violation: String?
    var reached: Reached

    init(_ outcome: Simulation.Outcome) {
        (seed, steps, simulated, violation) = (outcome.seed, outcome.steps, outcome.simulated, outcome.violation)
        reached = .relay(outcome.statistics)
    }

    init(_ outcome: ProducerSimulation.Outcome) {
        (seed, steps, simulated, violation) = (outcome.seed, outcome.steps, outcome.simulated, outcome.violation)
        reached = .producer(outcome.statistics)
    }

    init(_ outcome: MonthSimulation.Outcome) {
        (seed, steps, simulated, violation) = (outcome.seed, outcome.steps, outcome.simulated, outcome.violation)
        reached = .month(outcome.statistics)
    }
}

@MainActor func runs(of seeds: [UInt64], in world: World) async -> [Run] {
    switch world {
    case .relay where isVerbose: seeds.map { Run(Simulation.run(seed: $0) { print($0) }) }
    case .relay: await Simulation.run(seeds: seeds).map { Run($0) }
    case .producer where isVerbose: seeds.map { Run(ProducerSimulation.run(seed: $0) { print($0) }) }
    case .producer: await ProducerSimulation.run(seeds: seeds).map { Run($0) }
    case .month where isVerbose: seeds.map { Run(MonthSimulation.run(seed: $0) { print($0) }) }
    case .month: await MonthSimulation.run(seeds: seeds).map { Run($0) }
    }
}

var failures = 0
for world in worlds where failures == 0 || !stopsAtFailure { failures += await simulate(world) }
exit(failures == 0 ? 0 : 1)
