import RetrySimulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let usage = """
    usage: retry-simulate [--seeds N] [--first N] [--verbose] [--until-failure]
      --seeds N         how many seeds (200)
      --first N         the first of them (1)
      --verbose         print what happens, step by step
      --until-failure   stop at the first seed that fails
    """

var (count, first): (UInt64, UInt64) = (200, 1)
var (isVerbose, stopsAtFailure) = (false, false)
var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    switch option {
    case "--verbose": isVerbose = true
    case "--until-failure": stopsAtFailure = true
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
var (failed, steps, simulated, done): (Int, Int, Int64, UInt64) = (0, 0, 0, 0)
var statistics = Statistics()
while done < count, failed == 0 || !stopsAtFailure {
    let seeds = (0..<min(piece, count - done)).map { first &+ done &+ $0 }
    let outcomes = isVerbose ? seeds.map { Simulation.run(seed: $0) { print($0) } } : await Simulation.run(seeds: seeds)
    for outcome in outcomes {
        done += 1
        steps += outcome.steps
        simulated += outcome.simulated
        statistics.add(outcome.statistics)
        guard let violation = outcome.violation else { continue }
        failed += 1
        print("seed \(outcome.seed), step \(outcome.steps): \(violation)")
        if stopsAtFailure { break }
    }
}
print("\(done) seeds, \(failed) failed, \(steps) steps, \(simulated / 3_600_000) hours of simulated time, \(statistics)")
exit(failed == 0 ? 0 : 1)
