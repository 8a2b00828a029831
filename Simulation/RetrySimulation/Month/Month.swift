import RetryCore

/// A month in a world in which nothing goes wrong but restarts: what comes in, what brokers let go of, and what is promised of cleaning.
final class Month {
    let world: World
    let plan: MonthPlan
    var statistics = MonthStatistics()
    /// What the logs were when they were looked at last.
    var watched: [TopicPartition: WatchedLog] = [:]
    /// How long each record waits, by id.
    private(set) var delays: [Int64] = [0]
    /// When the member that was restarted last is back, or the one that is away for longer.
    private(set) var lastRestart: Int64 = 0

    static let hour: Int64 = 3_600_000

    init(seed: UInt64, records: Int, trace: ((String) -> Void)?) {
        world = World(seed: seed, trace: trace)
        plan = MonthPlan(&world.dice, records: records)
        world.plan = Self.worldPlan(&world.dice, plan)
        world.isQuiet = true
    }

    /// No faults but those of this month, and logs of which little is enough to be worth cleaning.
    private static func worldPlan(_ dice: inout Dice, _ month: MonthPlan) -> Plan {
        var plan = Plan(&dice)
        (plan.members, plan.topics, plan.partitions) = (dice.number(1...2), 1, Int32(dice.number(1...2)))
        (plan.delivery, plan.handlers, plan.records, plan.poison) = (.exactlyOnce, nil, 0, 0)
        // Members die: what they had counted is gone.
        (plan.brokerFaults, plan.groupFaults, plan.deletions, plan.clockSteps) = (0, 1, false, false)
        (plan.batchRecords, plan.brokerMetadataLimit) = (20_000, 4_096)
        plan.payloadBytes = dice.pick([100_000, 10_000_000])
        plan.metadataCapacity = dice.pick([200, SavedProgress.capacity])
        plan.cleaning = CleaningSettings()
        plan.cleaning.slack = dice.pick([50, 100, 300])
        plan.cleaning.chunk = Int(plan.cleaning.slack) / 10
        plan.retention = month.retention
        // The design asks for a second; it is enough to come by every three minutes.
        plan.quietSleep = 180_000
        plan.recordBytes = 11_000
        return plan
    }

    func run() {
        world.note("plan: \(plan) \(world.plan)")
        do { try world.build() } catch { return world.violate("cannot be set up: \(error)") }
        arrive()
        restart()
        watch()
        world.run(until: world.begin + MonthPlan.length + MonthPlan.longestDelay + Self.hour)
        if world.violation == nil { checkEnd() }
    }

    // MARK: - What happens

    private var isOver: Bool { world.now - world.begin > MonthPlan.length }

    private func arrive() {
        let gap = Int(MonthPlan.day) / max(1, plan.recordsPerDay)
        let count = plan.burst > 1 && world.dice.happens(50 / Double(plan.burst)) ? plan.burst : 1
        for _ in 0..<count { write() }
        // A burst is half of what comes.
        let pause = plan.burst > 1 ? 3 * gap : 2 * gap
        world.after(world.dice.milliseconds(0...pause)) { [self] in if !isOver { arrive() } }
    }

    private func write() {
        let place = world.dice.pick(world.retryPlaces)
        let id = world.ledger.items.count
        let delay = plan.delay(&world.dice)
        let due = world.now + delay
        var headers = KafkaHeaders()
        headers.append(.nextRetryTimestamp, "\(due)")
        headers.append(.exceptionMessage, "it failed")
        let value = Array("\(id) ".utf8) + [UInt8](repeating: 120, count: plan.valueSize(&world.dice, delay: delay))
        let record = OutgoingRecord(target: place, key: nil, value: value, headers: headers)
        world.ledger.items.append(Ledger.Item(expectation: .republished, due: due, bytes: WatchedLog.bytes(of: record)))
        delays.append(delay)
        watched[place, default: WatchedLog()].open.append(id)
        statistics.records += 1
        statistics.bytesIn += WatchedLog.bytes(of: record)
        let offset = world.append(record, in: nil)
        world.note("service: #\(id) at \(place) \(offset), due in \(delay) ms")
    }

    private func restart() {
        world.after(world.dice.milliseconds(0...2 * Int(plan.restartInterval))) { [self] in
            let member = world.dice.pick(world.members)
            if member.isAlive {
                statistics.restarts += 1
                let isLong = world.dice.happens(30)
                let away = world.dice.milliseconds(500...(isLong ? Int(plan.longestDowntime) : 15_000))
                lastRestart = max(lastRestart, world.now + away)
                world.kill(member, comesBackAs: member.name, after: away)
            }
            if !isOver { restart() }
        }
    }

    /// Once an hour: brokers let go of what is too old, and the logs are measured.
    private func watch() {
        world.after(Self.hour) { [self] in
            for place in world.retryPlaces { expire(place) }
            for place in world.retryPlaces { measure(place) }
            watch()
        }
    }

    private func expire(_ place: TopicPartition) {
        guard let retention = plan.retention, let log = world.logs[place] else { return }
        let before = log.start
        world.expireRecords(place, olderThan: world.now - retention)
        statistics.expired += log.start - before
        for id in watched[place]?.open ?? [] where world.ledger.items[id].seen == 0 && world.ledger.items[id].offset < log.start {
            world.violate("#\(id) at \(place) \(world.ledger.items[id].offset) is lost to retention")
        }
    }
}
