import RetryCore

/// A process of the group: the machine and a shell around it that talks to the simulated brokers.
final class Member {
    struct Metadata {
        var membership: Int
        var generation: Int
    }

    var name: String
    /// Counts the processes that ran under this object; answers to an earlier one go nowhere.
    var process = 0
    var machine: HopMachine
    var isAlive = false
    var isFrozen = false
    var isClosing = false
    var inbox: [() -> Void] = []
    var clockOffset: Int64 = 0

    var membership: Int?
    var generation = 0
    var callbacks: [Callback] = []
    /// When it is told what the coordinator said last: things are told in order.
    var told: Int64 = 0
    var unacknowledged: Callback?
    /// Where the consumer fetches next.
    var positions: [TopicPartition: Int64] = [:]
    var stalled: Set<TopicPartition> = []
    var paused: Set<TopicPartition> = []
    /// Handlers that run: what each does when it is asked to end.
    var running: [Int: RunningHandler] = [:]
    /// Calls that wait for a slot.
    var waitingCalls: [HandlerCall] = []
    var isFetching = false

    var epochs = [0, 0]
    /// The membership when each producer's latest batch was closed.
    var batchMetadata = [Metadata](repeating: .init(membership: 0, generation: 0), count: 2)
    /// Whether a transaction is being ended, or its offsets are being sent.
    var isEnding = false
    /// The producers of whose transaction the broker knows nothing; it calls the abort fatal (measured).
    var unknown: Set<Int> = []
    var wake: Int64 = .max
    var idlePumps = 0

    init(name: String, machine: HopMachine) {
        self.name = name
        self.machine = machine
    }

    func transactionalID(_ producer: Int) -> String { "\(name)-\(producer)" }
}

extension World {
    func clock(_ member: Member) -> Timestamp { Timestamp(milliseconds: now + member.clockOffset) }

    /// An answer or an event for one process: later if it is frozen, never if it has died.
    func deliver(to member: Member, process: Int? = nil, after delay: Int64, _ body: @escaping () -> Void) {
        let process = process ?? member.process
        after(delay) { [self] in
            guard member.isAlive, member.process == process else { return }
            guard !member.isFrozen else {
                member.inbox.append { [self] in if member.isAlive, member.process == process { body(); pump(member) } }
                return
            }
            body()
            pump(member)
        }
    }

    /// What the shell does whenever something happened: serve callbacks, do what the machine wants, sleep until it asks.
    func pump(_ member: Member) {
        guard member.isAlive, !member.isFrozen, violation == nil else { return }
        var actions = 0
        while violation == nil {
            if let callback = nextCallback(member) {
                member.callbacks.removeFirst()
                member.unacknowledged = callback
                switch callback {
                case .assign(let places): member.machine.assigned(places, incrementally: plan.isCooperative)
                case .revoke(let places): member.machine.revoked(places)
                case .lost(let places): member.machine.lost(places)
                }
            }
            guard let action = member.machine.nextAction(now: clock(member)) else { break }
            for notice in member.machine.takeNotices() { take(notice, member) }
            actions += 1
            if actions > 1_000 { return violate("\(member.name) does not come to rest: \(action)") }
            perform(action, member)
        }
        if isQuiet { quietActions += actions }
        for notice in member.machine.takeNotices() { take(notice, member) }
        check(member)
        guard !finishClosing(member) else { return }
        sleep(member, didAct: actions > 0)
    }

    /// One at a time; but the loss of the membership does not wait until an assignment has been restored.
    private func nextCallback(_ member: Member) -> Callback? {
        guard let next = member.callbacks.first else { return nil }
        switch (member.unacknowledged, next) {
        case (nil, _), (.assign, .lost): return next
        default: return nil
        }
    }

    private func sleep(_ member: Member, didAct: Bool) {
        let next = member.machine.nextWake(now: clock(member)).milliseconds
        let own = clock(member).milliseconds
        if next <= own, !didAct {
            member.idlePumps += 1
            if member.idlePumps > 3 { violate("\(member.name) would spin: it wants to be asked at once and then has nothing to do") }
        } else {
            member.idlePumps = 0
        }
        let limit = isQuiet ? plan.quietSleep : 1_000
        let delay = next >= own + limit ? limit : next <= own ? 1 : next - own
        guard member.wake <= now || member.wake > now + delay else { return }
        member.wake = now + delay
        let (process, wake) = (member.process, member.wake)
        after(delay) { [self] in
            guard member.process == process, member.wake == wake else { return }
            member.wake = 0
            pump(member)
        }
    }

    private func take(_ notice: HopNotice, _ member: Member) {
        note("\(member.name): \(notice)")
        switch notice {
        case .restored(_, _, _, let marker, let kept):
            if marker { statistics.markerRestores += 1 }
            if kept { statistics.keptRestores += 1 }
        case .markerWritten: statistics.markers += 1
        case .recovering: statistics.recoveries += 1
        case .refused: statistics.refused += 1
        case .held: statistics.held += 1
        case .topicRecreated: statistics.recreated += 1
        case .unavailable: statistics.unavailable += 1
        case .breakerOpened: statistics.breakersOpened += 1
        case .handlerOverdue(let place, let offset): overdue(place, offset, member)
        case .outcomesDropped(_, let count): statistics.outcomesDropped += count
        default: break
        }
    }

    private func check(_ member: Member) {
        // Up to 256 calls of each kind are handed out before they have a slot.
        let handling = plan.handlers.map { ($0.concurrency + $0.retryConcurrency) * $0.batchSize + ownedPlaces.count * 200 + 512 } ?? 0
        let bound = plan.payloadBytes + (min(plan.batchRecords, 400) + Int(plan.partitions) * plan.topics + handling) * plan.recordBytes
        if member.machine.residentBytes > bound {
            violate("\(member.name) keeps \(member.machine.residentBytes) bytes of payloads, more than \(bound)")
        }
    }

    // MARK: - Reading

    func scheduleFetch(_ member: Member) {
        guard !member.isFetching else { return }
        member.isFetching = true
        deliver(to: member, after: latency()) { [self] in
            member.isFetching = false
            fetch(member)
        }
    }

    private func fetch(_ member: Member) {
        guard !isFrozen else { return scheduleFetch(member) }
        for place in member.positions.keys.sorted() where !member.stalled.contains(place) && !member.paused.contains(place) {
            guard let position = member.positions[place], let log = logs[place], !log.isDeleted else { continue }
            if position < log.start || position > log.end {
                note("\(member.name): \(place) \(position) is out of range \(log.start)..<\(log.end)")
                member.stalled.insert(place)
                member.machine.outOfRange(place)
                continue
            }
            let (records, next) = log.read(from: position, limit: dice.number(1...80))
            member.positions[place] = next
            if !records.isEmpty { member.machine.fetched(place, records, now: clock(member)) }
            if next < log.lastStable { scheduleFetch(member) }
        }
    }
}
