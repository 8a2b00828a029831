import RetryCore

/// Everything that a simulation holds: brokers, the group, its members, services that write, and a ledger that knows the truth.
final class World: SimulatedTime {
    var plan: Plan
    var logs: [TopicPartition: SimulatedLog] = [:]
    var retryPlaces: [TopicPartition] = []
    /// Partitions of the source topics, where members handle records themselves.
    var sourcePlaces: [TopicPartition] = []
    /// What the group shares out.
    var ownedPlaces: [TopicPartition] { retryPlaces + sourcePlaces }
    var producers: [String: SimulatedProducer] = [:]
    var undecided: [SimulatedTransaction] = []
    var frozenUntil: Int64 = 0
    var unavailableUntil: [String: Int64] = [:]
    var unwritableUntil: [String: Int64] = [:]
    var group = SimulatedGroup()
    var members: [Member] = []
    var names = 0
    var ledger = Ledger()
    var isQuiet = false
    var quietActions = 0
    var statistics = Statistics()
    var planners: [String: HopPlanner] = [:]
    var sources: [String] = []

    override func end() {
        super.end()
        for member in members { (member.inbox, member.running, member.waitingCalls, member.callbacks) = ([], [:], [], []) }
        for log in logs.values { log.letGo() }
    }

    init(seed: UInt64, trace: ((String) -> Void)?) {
        var dice = Dice(seed: seed)
        plan = Plan(&dice)
        super.init(seed: seed, begin: 1_760_000_000_000, trace: trace)
        self.dice = dice
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
