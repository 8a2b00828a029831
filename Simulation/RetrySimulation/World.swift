import RetryCore

/// Everything that a simulation holds: brokers, the group, its members, services that write, and a ledger that knows the truth.
///
/// One thread, one order of events, one source of chance: the same seed is the same run.
final class World {
    let seed: UInt64
    var plan: Plan
    var dice: Dice
    var now: Int64 = 1_760_000_000_000
    let begin: Int64
    var steps = 0
    var violation: String?
    let trace: ((String) -> Void)?
    private var events = EventQueue()

    var logs: [TopicPartition: SimulatedLog] = [:]
    var retryPlaces: [TopicPartition] = []
    var producers: [String: SimulatedProducer] = [:]
    var undecided: [SimulatedTransaction] = []
    var frozenUntil: Int64 = 0
    var unavailableUntil: [String: Int64] = [:]
    var group = SimulatedGroup()
    var members: [Member] = []
    var names = 0
    var ledger = Ledger()
    var isQuiet = false
    var quietActions = 0
    var statistics = Statistics()
    var planners: [String: RelayPlanner] = [:]
    var sources: [String] = []

    init(seed: UInt64, trace: ((String) -> Void)?) {
        self.seed = seed
        self.trace = trace
        begin = now
        dice = Dice(seed: seed)
        plan = Plan(&dice)
    }

    /// Runs all events until `end`.
    func run(until end: Int64) {
        while violation == nil, let time = events.nextTime, time <= end, let event = events.popFirst() {
            now = max(now, event.time)
            steps += 1
            event.body()
        }
        if violation == nil { now = max(now, end) }
    }

    func after(_ delay: Int64, _ body: @escaping () -> Void) { events.add(at: now + delay, body) }

    func note(_ text: @autoclosure () -> String) {
        guard let trace else { return }
        let time = now - begin
        trace("\(steps) +\(time / 1_000).\(String(time % 1_000 + 1_000).dropFirst()) \(text())")
    }

    func violate(_ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = what()
        note("VIOLATION: \(violation ?? "")")
    }

    /// A fault, as often as the plan has it; never after faults have stopped.
    func fails(_ percent: Double) -> Bool { !isQuiet && dice.happens(percent * plan.brokerFaults / 100) }

    /// How long a request or an answer is on its way.
    func latency() -> Int64 { fails(2) ? dice.milliseconds(100...4_000) : dice.milliseconds(1...8) }

    /// When the broker attends to a request that reaches it now.
    func whenServed(_ body: @escaping () -> Void) {
        if frozenUntil > now { after(frozenUntil - now, body) } else { body() }
    }

    var isFrozen: Bool { frozenUntil > now }

    /// The record's log has something new for its readers.
    func notify(_ log: SimulatedLog) {
        for member in members where member.positions[log.place] != nil { scheduleFetch(member) }
    }
}
