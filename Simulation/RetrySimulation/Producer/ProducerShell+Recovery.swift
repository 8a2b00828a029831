import RetryCore

/// A message that was given up, on its way along the chain: dead letter topic, spool, callback.
final class RecoveryJob {
    enum Stage { case deadLetter, undelivered, spooling, done }

    let slot: SendSlot
    let message: Int
    let topic: Int
    let cause: SendCause
    let maySpool: Bool
    var stage = Stage.deadLetter

    init(_ recovery: ProducerWork.Recovery, message: Int, topic: Int) {
        slot = recovery.slot
        self.message = message
        self.topic = topic
        cause = recovery.cause
        maySpool = recovery.maySpool
    }
}

extension ProducerShell {
    func recover(_ recovery: ProducerWork.Recovery) {
        guard let entry = held[recovery.slot], entry.state == .waiting else {
            return world.violate("slot \(recovery.slot.index) is given up, which does not wait")
        }
        world.note("given up: #\(entry.message), \(recovery.cause)\(recovery.maySpool ? ", may be spooled" : "")")
        held[recovery.slot]?.state = .recovering
        let job = RecoveryJob(recovery, message: entry.message, topic: entry.topic)
        if !job.maySpool { checkRefusal(recovery, entry) }
        if !job.maySpool { world.ledger.update(job.message) { $0.isGivenUp = true } }
        jobs.append(job)
        // Not at once: the machine waits for no answer.
        later(world.dice.milliseconds(0...3)) { [self] in
            if world.plan.hasDeadLetters { sendDeadLetter(job) } else { job.stage = .undelivered }
            advance()
            drive()
        }
    }

    /// What could only not be sent goes to the spool, unless something behind it was written, or may have been.
    private func checkRefusal(_ recovery: ProducerWork.Recovery, _ entry: Held) {
        let isOutage = [.deadline, .retriesExhausted, .budgetExhausted, .breakerOpen, .closed].contains(recovery.cause)
        guard world.plan.settings.hasSpool, isOutage, entry.spoolNumber == nil, !world.cluster.topics[entry.topic].wasGrown else { return }
        let message = world.ledger.messages[entry.message]
        let isFollowed = world.ledger.messages[(message.id + 1)...].contains { other in
            other.topic == message.topic && other.process == message.process && (other.copies > 0 || other.doubts > 0)
        }
        if !isFollowed { world.violate("#\(entry.message) may not go to the spool, though nothing was written behind it") }
    }

    private func sendDeadLetter(_ job: RecoveryJob) {
        let topic = world.cluster.deadLetters.number
        let place = place(topic: topic, key: world.ledger.messages[job.message].key)
        let deadline = world.now + world.dice.milliseconds(500...5_000)
        let slot = machine.accept(.init(topic: topic, place: place, origin: .recovery, deadline: deadline, bytes: 50), now: world.now)
        held[slot] = Held(message: job.message, topic: topic, place: place, bytes: 50, deadLetter: job)
    }

    /// Lets each job take its next step: those that may be spooled enter the spool in the order in which they were given up.
    private func advance() {
        jobs.removeAll { $0.stage == .done }
        var isBlocked = Set<Int>()
        for job in jobs {
            if job.stage == .undelivered {
                if !job.maySpool {
                    callBack(job)
                } else if !isBlocked.contains(job.topic) {
                    job.stage = .spooling
                    onSpool { [self] in spool(job) }
                }
            }
            if job.maySpool, job.stage == .deadLetter { isBlocked.insert(job.topic) }
        }
    }

    private func spool(_ job: RecoveryJob) {
        guard let number = world.spool.append(job.message, doubted: held[job.slot]?.doubted == true) else {
            world.statistics.spoolFull += 1
            return callBack(job)
        }
        world.statistics.spooled += 1
        world.note("spooled #\(job.message) as \(number)")
        if machine.isOutdated(job.slot) { backlog.insert(number) }
        resolve(job, .spooled)
    }

    private func callBack(_ job: RecoveryJob) { resolve(job, world.plan.hasCallback ? .handled : nil) }

    private func resolve(_ job: RecoveryJob, _ taker: SendRecovered?) {
        job.stage = .done
        machine.recovered(job.slot, taker, cause: job.cause, now: world.now)
        drive()
    }

    /// A message has left the machine.
    func finish(_ end: ProducerWork.End) {
        guard let entry = held.removeValue(forKey: end.slot) else { return world.violate("slot \(end.slot.index) ends, which is free") }
        if entry.state == .handed { world.violate("#\(entry.message) ends while it is out") }
        if let job = entry.deadLetter {
            later(0) { [self] in
                if end.end == .delivered {
                    resolve(job, .deadLettered)
                } else {
                    job.stage = .undelivered
                }
                advance()
                drive()
            }
            return
        }
        world.ended(entry.message, end, fromSpool: entry.spoolNumber != nil, doubted: entry.doubted)
        guard let number = entry.spoolNumber else { return }
        if end.end.staysInSpool {
            if end.mayBeTwice { world.spool.noteMayBeWritten(number) }
            if end.end != .leftInSpool { kept.insert(number) }
            return
        }
        removing[number] = entry.message
        onSpool { [self] in
            world.spool.remove(number)
            removing[number] = nil
            drive()
        }
    }

    /// The spool's file does one thing after the other.
    private func onSpool(_ body: @escaping () -> Void) {
        spoolFreeAt = max(spoolFreeAt, world.now) + world.dice.milliseconds(0...5)
        later(spoolFreeAt - world.now, body)
    }

    func readSpool() {
        guard !isReading, world.plan.settings.hasSpool, machine.wantsReplay, world.spool.hasMore(after: cursor) else { return }
        isReading = true
        onSpool { [self] in
            let records = world.spool.read(after: cursor, limit: world.dice.number(1...20))
            later(world.dice.milliseconds(0...5)) { [self] in
                isReading = false
                for record in records {
                    cursor = record.number
                    let message = world.ledger.messages[record.message]
                    let place = place(topic: message.topic, key: message.key)
                    world.statistics.replayed += 1
                    world.note("read #\(record.message) from the spool\(backlog.contains(record.number) ? ", backlog" : "")")
                    let slot = machine.accept(
                        .init(
                            topic: message.topic, place: place, origin: .spool, bytes: 50, isBacklog: backlog.contains(record.number),
                            mayBeWritten: record.doubted),
                        now: world.now)
                    held[slot] = Held(
                        message: record.message, topic: message.topic, place: place, bytes: 50, spoolNumber: record.number,
                        doubted: record.doubted)
                }
                drive()
            }
        }
    }
}

extension SendEnd {
    /// Whether a message that was read from the spool is still there.
    fileprivate var staysInSpool: Bool {
        switch self {
        case .leftInSpool, .keptInSpool: true
        case .delivered, .recovered, .failed, .ambiguous: false
        }
    }
}
