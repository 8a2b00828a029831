import RetryCore

/// Everything that a producer's simulation holds: brokers, one process after the other with its librdkafka, their spool, callers, and a
/// ledger that knows the truth.
final class ProducerWorld: SimulatedTime {
    let plan: ProducerPlan
    let cluster: SimulatedCluster
    let spool: SimulatedSpool
    var ledger = ProducerLedger()
    var shell: ProducerShell?
    var clients = 0
    var processes = 0
    var isQuiet = false
    var statistics = ProducerStatistics()

    init(seed: UInt64, trace: ((String) -> Void)?) {
        var dice = Dice(seed: seed)
        plan = ProducerPlan(&dice)
        spool = SimulatedSpool(capacity: plan.spoolCapacity)
        cluster = SimulatedCluster(plan)
        super.init(seed: seed, begin: 5_000, trace: trace)
        self.dice = dice
    }

    override func end() {
        super.end()
        shell = nil
    }

    /// A fault, as often as the plan has it; never after faults have stopped.
    func fails(_ percent: Double) -> Bool { !isQuiet && dice.happens(percent * plan.faults / 100) }

    // MARK: Processes

    func startProcess() {
        processes += 1
        let next = ProducerShell(self, process: processes)
        shell = next
        next.start()
    }

    /// kill -9: memory is gone, the spool stays.
    func crash() {
        guard let dying = shell, dying.isAlive else { return }
        note("the process is killed")
        statistics.crashes += 1
        dying.kill()
        after(dice.milliseconds(10...3_000)) { self.startProcess() }
    }

    func closeProcess(restarts: Bool) {
        guard let shell, shell.isAlive, !shell.isClosing else { return }
        note("the process is closed")
        statistics.closes += 1
        shell.close { [self] in
            guard restarts else { return }
            after(dice.milliseconds(10...3_000)) { self.startProcess() }
        }
    }

    // MARK: Callers

    func scheduleCallers() {
        for _ in 0..<plan.messages {
            let isBurst = dice.happens(30)
            let time = dice.milliseconds(0...Int(plan.faultTime) + 3_000)
            after(time) { [self] in for _ in 0..<(isBurst ? dice.number(2...6) : 1) { send() } }
        }
    }

    private func send() {
        guard let shell, shell.isAlive, !shell.isClosing else { return }
        let isUnordered = dice.happens(plan.unordered)
        let deadline =
            dice.happens(plan.deadlines) ? now + dice.milliseconds(plan.shortestDeadline...plan.longestDeadline) : Int64.max
        let id = ledger.add(
            topic: dice.number(0...plan.topics - 1), key: isUnordered ? nil : dice.number(0...plan.keys - 1), process: shell.process,
            isPoison: dice.happens(plan.poison))
        statistics.messages += 1
        shell.send(id, deadline: deadline)
    }
}
