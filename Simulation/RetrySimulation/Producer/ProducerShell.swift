import RetryCore

/// A process with a producer: it does what the machine says, as the real one does.
final class ProducerShell {
    /// A message in the machine.
    struct Held {
        enum State { case waiting, handed, recovering }

        var message: Int
        var topic: Int
        var place: SendRequest.Place
        var bytes = 0
        var state = State.waiting
        /// Its number in the spool, if it was read there.
        var spoolNumber: Int64?
        var wasHanded = false
        var doubted = false
        /// The message whose dead letter it is.
        var deadLetter: RecoveryJob?
    }

    unowned let world: ProducerWorld
    let process: Int
    var machine: ProducerMachine
    var client: SimulatedClient
    var held: [SendSlot: Held] = [:]
    var isAlive = true
    private(set) var isClosing = false
    private var onClosed: () -> Void = {}
    /// Numbers of partitions, where known.
    private(set) var known: [Int?]
    var handedByTopic: [Int]
    private var wakeAt = Int64.max
    private var isDriving = false
    private var rounds: (time: Int64, count: Int) = (0, 0)

    // What recovery knows; see the other file.
    var jobs: [RecoveryJob] = []
    var backlog: Set<Int64> = []
    var cursor: Int64 = 0
    /// What it does not try again.
    var kept: Set<Int64> = []
    var isReading = false
    var spoolFreeAt: Int64 = 0

    init(_ world: ProducerWorld, process: Int) {
        self.world = world
        self.process = process
        machine = ProducerMachine(world.plan.settings, backlog: world.plan.settings.hasSpool ? world.spool.count : 0)
        backlog = Set(world.spool.records.map(\.number))
        client = SimulatedClient(world)
        known = Array(repeating: nil, count: world.cluster.topics.count)
        handedByTopic = Array(repeating: 0, count: world.cluster.topics.count)
        for topic in world.cluster.topics { _ = machine.topic(topic.name) }
    }

    func start() {
        connect()
        for topic in world.cluster.topics { askForPartitions(topic, in: world.dice.milliseconds(1...300)) }
        drive()
    }

    /// Something that a living process does later.
    func later(_ delay: Int64, _ body: @escaping () -> Void) {
        world.after(delay) { if self.isAlive { body() } }
    }

    // MARK: Callers

    func send(_ message: Int, deadline: Int64) {
        let record = world.ledger.messages[message]
        let bytes = world.dice.number(1...100)
        let place = place(topic: record.topic, key: record.key)
        let slot = machine.accept(.init(topic: record.topic, place: place, deadline: deadline, bytes: bytes), now: world.now)
        world.note("accepted #\(message) to T\(record.topic), \(place), deadline \(deadline == .max ? -1 : deadline - world.begin)")
        held[slot] = Held(message: message, topic: record.topic, place: place, bytes: bytes)
        if deadline != .max { checkDeadline(slot, message, deadline) }
        drive()
    }

    func place(topic: Int, key: Int?) -> SendRequest.Place {
        guard let key else { return .anywhere }
        return known[topic].map { .partition(Int32(key % $0)) } ?? .unknown
    }

    private func askForPartitions(_ topic: SimulatedCluster.Topic, in delay: Int64) {
        later(delay) { [self] in
            defer { askForPartitions(topic, in: known[topic.number] == nil ? 300 : 2_000) }
            guard world.cluster.brokers.contains(where: { $0.downUntil <= world.now && $0.frozenUntil <= world.now }) else { return }
            guard topic.exists else {
                if known[topic.number] == nil { machine.isMissing(topic: topic.number, now: world.now) }
                return drive()
            }
            let count = topic.partitions.count
            guard known[topic.number] != count else { return }
            let wasKnown = known[topic.number] != nil
            known[topic.number] = count
            world.note("\(topic.name) is seen to have \(count) partitions")
            for record in world.spool.records where world.ledger.messages[record.message].topic == topic.number {
                backlog.insert(record.number)
            }
            let partition: (SendSlot) -> Int32 = { [self] slot in
                guard let entry = held[slot], case let key = world.ledger.messages[entry.message].key ?? 0 else { return 0 }
                held[slot]?.place = .partition(Int32(key % count))
                return Int32(key % count)
            }
            if wasKnown {
                machine.repartitioned(topic: topic.number, partition: partition)
            } else {
                machine.placed(topic: topic.number, partition: partition)
            }
            drive()
        }
    }

    // MARK: The machine

    /// Does what the machine wants until it wants nothing.
    func drive() {
        guard isAlive, !isDriving, world.violation == nil else { return }
        isDriving = true
        while true {
            let work = machine.next(now: world.now)
            if work.isEmpty { break }
            rounds = rounds.time == world.now ? (world.now, rounds.count + 1) : (world.now, 1)
            if rounds.count > 5_000 { return world.violate("the machine does not come to rest") }
            perform(work)
        }
        isDriving = false
        if machine.count != held.count { world.violate("the machine has \(machine.count) messages, not \(held.count)") }
        readSpool()
        if isClosing, machine.count == 0, client.isDone { return closed() }
        let moment = machine.nextMoment(now: world.now)
        guard moment < wakeAt else { return }
        wakeAt = moment
        later(moment - world.now) { [self] in
            guard wakeAt == moment else { return }
            wakeAt = .max
            drive()
        }
    }

    private func perform(_ work: ProducerWork) {
        for (_, isOpen) in work.breakers where isOpen { world.statistics.breakersOpened += 1 }
        for (topic, isOpen) in work.breakers { world.note("breaker of topic \(topic) \(isOpen ? "opens" : "closes")") }
        for end in work.ends { finish(end) }
        if work.takesBack { client.purge(inFlight: false) }
        var isFull = false
        for send in work.sends { isFull = !hand(send.slot, isFull: isFull) }
        for recovery in work.recoveries { recover(recovery) }
        if work.renewsInstance { renew() }
    }

    private func hand(_ slot: SendSlot, isFull: Bool) -> Bool {
        guard let entry = held[slot], entry.state == .waiting else {
            world.violate("slot \(slot.index) is handed over, which does not wait")
            return true
        }
        let partitions = world.cluster.topics[entry.topic].partitions.count
        let partition = if case .partition(let number) = entry.place { Int(number) } else { world.dice.number(0...partitions - 1) }
        if machine.isBreakerOpen(topic: entry.topic), handedByTopic[entry.topic] > 0 {
            world.violate("#\(entry.message) is handed over though the breaker is open and \(handedByTopic[entry.topic]) are out")
        }
        let item = SimulatedClient.Item(slot: slot, message: entry.message, time: world.now)
        guard !isFull, client.produce(item, topic: entry.topic, partition: partition) else {
            world.statistics.notTaken += 1
            machine.notTaken(slot, now: world.now)
            return false
        }
        world.note("handed over #\(entry.message) to \(entry.topic)-\(partition)")
        held[slot]?.state = .handed
        held[slot]?.wasHanded = true
        handedByTopic[entry.topic] += 1
        checkWindows(slot)
        return true
    }

    /// The most that may be out, in all and of one lane.
    private func checkWindows(_ slot: SendSlot) {
        let settings = world.plan.settings
        let out = held.values.filter { $0.state == .handed }
        if out.count > settings.window { world.violate("\(out.count) messages are out") }
        let before = out.reduce(0) { $0 + $1.bytes } - (held[slot]?.bytes ?? 0)
        if before >= settings.windowBytes { world.violate("\(before) bytes were out, and another message went") }
        let lane = out.count { $0.topic == held[slot]?.topic && $0.place == held[slot]?.place && $0.deadLetter == nil }
        // What an older lane of the same partition has comes on top.
        if lane > settings.laneWindow, !world.plan.repartitions, held[slot]?.deadLetter == nil {
            world.violate("\(lane) messages of a lane are out")
        }
    }

    private func connect() {
        let client = client
        client.onReport = { [unowned self] slot, verdict in if isAlive { reported(slot, verdict) } }
        client.onPurged = { [unowned self] in if isAlive { machine.tookBack() } }
        client.onReports = { [unowned self] in if isAlive { drive() } }
        client.onFailure = { [unowned self] in
            guard isAlive else { return }
            machine.instanceFailed()
            drive()
        }
    }

    private func reported(_ slot: SendSlot, _ verdict: SendVerdict) {
        guard let entry = held[slot], entry.state == .handed else {
            return world.violate("slot \(slot.index) is reported, which is not out")
        }
        world.note("report: #\(entry.message) \(verdict)")
        held[slot]?.state = .waiting
        handedByTopic[entry.topic] -= 1
        if case .maybeWritten = verdict {
            held[slot]?.doubted = true
            if entry.deadLetter == nil { world.ledger.update(entry.message) { $0.doubts += 1 } }
        }
        machine.reported(slot, verdict, now: world.now)
    }

    /// Makes a new instance once the old one has reported everything.
    private func renew() {
        client.purge(inFlight: true)
        world.statistics.renewals += 1
        replaceWhenDone()
    }

    private func replaceWhenDone() {
        guard client.isDone else { return later(5) { self.replaceWhenDone() } }
        later(world.dice.milliseconds(5...300)) { [self] in
            client.destroy()
            client = SimulatedClient(world)
            connect()
            machine.instanceMade(now: world.now)
            drive()
        }
    }

    // MARK: Ends

    func kill() {
        isAlive = false
        client.destroy()
        // What was being sent from the spool may be there already.
        for entry in held.values where entry.spoolNumber != nil && entry.wasHanded {
            world.ledger.update(entry.message) { $0.mayRepeat += 1 }
        }
        for (number, message) in removing where world.spool.records.contains(where: { $0.number == number }) {
            // And what a handler has taken is read again.
            world.ledger.update(message) { $0.mayRepeat += 1 }
            world.ledger.update(message) { $0.isDenied = false }
        }
    }

    /// Numbers that are being removed from the spool.
    var removing: [Int64: Int] = [:]

    func close(then body: @escaping () -> Void) {
        isClosing = true
        onClosed = body
        machine.close(now: world.now)
        drive()
        later(3_000) { [self] in
            client.purge(inFlight: true)
            drive()
        }
        later(10_000) { self.world.violate("closing does not end: \(self.machine.count) messages") }
    }

    private func closed() {
        guard removing.isEmpty else { return }
        world.note("closed")
        isAlive = false
        client.destroy()
        onClosed()
    }

    // MARK: Checks

    /// A message that waits is given up within 20 ms of its deadline, one that librdkafka has not sent soon.
    private func checkDeadline(_ slot: SendSlot, _ message: Int, _ deadline: Int64) {
        let isIt: (ProducerShell) -> Held? = { shell in
            shell.held[slot].flatMap { $0.message == message && $0.deadLetter == nil && $0.spoolNumber == nil ? $0 : nil }
        }
        later(max(deadline, world.now) - world.now + 21) { [self] in
            guard let entry = isIt(self), entry.state == .waiting, !isClosing else { return }
            // With a spool what was handed over before it is waited for too.
            let waitsForOthers = held.values.contains {
                $0.state == .handed && $0.topic == entry.topic && ($0.message > message || world.plan.settings.hasSpool)
            }
            if !waitsForOthers { world.violate("#\(message) waits beyond its deadline") }
        }
        later(max(deadline, world.now) - world.now + 1_200) { self.checkTakenBack(slot, message, deadline, isIt) }
    }

    private func checkTakenBack(_ slot: SendSlot, _ message: Int, _ deadline: Int64, _ isIt: @escaping (ProducerShell) -> Held?) {
        guard let entry = isIt(self), entry.state == .handed, !isClosing, !client.isFailed else { return }
        if let since = client.queuedSince(slot), world.now - max(since, deadline) > 1_100 {
            world.violate("#\(message) is still in librdkafka's queue")
        }
        later(500) { self.checkTakenBack(slot, message, deadline, isIt) }
    }

    func checkRest() {
        for entry in held.values.sorted(by: { $0.message < $1.message }) {
            return world.violate("#\(entry.message) has not ended: \(entry.state) at \(entry.place), though all is healthy")
        }
    }
}
