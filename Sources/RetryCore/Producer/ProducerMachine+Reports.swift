extension ProducerMachine {
    /// librdkafka has reported what became of a message.
    public mutating func reported(_ slot: SendSlot, _ verdict: SendVerdict, now: Int64) {
        let slot = Int32(slot.index)
        guard entries[Int(slot)].state == .handed else { return }
        let lane = Int(entries[Int(slot)].lane)
        let topic = lanes[lane].topic
        let group = topics[topic].groups[lane] ?? 0
        takeBack(slot)
        let stillOut = topics[topic].handed
        switch verdict {
        case .delivered:
            if topics[topic].breaker.succeeded(handed: stillOut, now: now) {
                work.breakers.append((topic, false))
                enqueueAll(topic: topic)
            }
            noteWritten(slot)
            end(slot, .delivered)
        case .notWritten(.purged):
            topics[topic].breaker.tookBack(handed: stillOut, now: now)
            waitAgain(slot, now: now)
        case .notWritten(.refused):
            topics[topic].breaker.tookBack(handed: stillOut, now: now)
            refused(slot, group: group, now: now)
        case .notWritten(.permanent):
            topics[topic].breaker.tookBack(handed: stillOut, now: now)
            giveUp(slot, .permanent, now: now)
        case .notWritten(.transient):
            if topics[topic].breaker.failed(handed: stillOut, now: now) { work.breakers.append((topic, true)) }
            retry(slot, now: now)
        case .maybeWritten(let failure):
            entries[Int(slot)].isSuspect = true
            noteWritten(slot)
            if failure != .transient {
                topics[topic].breaker.tookBack(handed: stillOut, now: now)
            } else if topics[topic].breaker.failed(handed: stillOut, now: now) {
                work.breakers.append((topic, true))
            }
            if settings.onAmbiguous != .retry {
                giveUp(slot, .ambiguous, now: now)
            } else {
                switch failure {
                case .purged: waitAgain(slot, now: now)
                case .refused: refused(slot, group: group, now: now)
                case .permanent: giveUp(slot, .permanent, now: now)
                case .transient: retry(slot, now: now)
                }
            }
        }
        review(lane, now: now)
    }

    /// An earlier copy of a message may stand in the log, though no report of it said so.
    public mutating func noteMayBeWritten(_ slot: SendSlot) { entries[slot.index].isSuspect = true }

    /// What was read from the spool stood before all that waits, however late it was read.
    private mutating func noteWritten(_ slot: Int32) {
        let entry = entries[Int(slot)]
        guard entry.origin != .spool else { return }
        lanes[Int(entry.lane)].lastWritten = max(lanes[Int(entry.lane)].lastWritten, entry.sequence)
    }

    /// The broker has refused all that came in one request: fewer go together next time, until it is one.
    private mutating func refused(_ slot: Int32, group: Int, now: Int64) {
        if group == 1 || isClosing || entries[Int(slot)].isExpired { return giveUp(slot, .permanent, now: now) }
        entries[Int(slot)].mostTogether = Int32(clamping: group == 0 ? Self.firstGroup : (group + 1) / 2)
        waitBehindNone(slot, now: now)
    }

    /// So many go together at first after a request was refused.
    private static let firstGroup = 512

    /// librdkafka would not take it now: its queue is full, or the instance has failed. That is no failure of the message.
    public mutating func notTaken(_ slot: SendSlot, now: Int64) {
        guard entries[slot.index].state == .handed else { return }
        let lane = Int(entries[slot.index].lane)
        takeBack(Int32(slot.index))
        topics[lanes[lane].topic].breaker.tookBack(handed: topics[lanes[lane].topic].handed, now: now)
        fullUntil = now + 10
        mostHanded = handed
        waitAgain(Int32(slot.index), now: now)
        review(lane, now: now)
    }

    /// What librdkafka had not sent was taken back → ``ProducerWork/takesBack``: all its reports have been told.
    public mutating func tookBack() { isTakingBack = false }

    /// The instance is of no more use: nothing is handed over until another one is there. What it has will be reported.
    public mutating func instanceFailed() { isRenewing = true }

    /// Another instance has taken its place.
    public mutating func instanceMade(now: Int64) {
        isRenewing = false
        isRenewalTold = false
        isTakingBack = false
        fullUntil = now
        mostHanded = .max - 1
        enqueueAll()
    }

    /// What was taken back waits for its turn again, unless its time is over.
    private mutating func waitAgain(_ slot: Int32, now: Int64) {
        if isClosing || entries[Int(slot)].isExpired {
            giveUpReported(slot, isClosing ? .closed : .deadline, now: now)
        } else {
            wait(slot)
        }
    }

    /// A failure that another try may mend, by policy, budget and deadline.
    private mutating func retry(_ slot: Int32, now: Int64) {
        if isClosing || entries[Int(slot)].isExpired { return waitAgain(slot, now: now) }
        entries[Int(slot)].attempts = min(entries[Int(slot)].attempts, .max - 1) + 1
        let lane = Int(entries[Int(slot)].lane)
        let attempt = RetryAttempt(
            source: TopicPartition(topics[lanes[lane].topic].name, lanes[lane].place.key),
            offset: Int64(bitPattern: entries[Int(slot)].sequence), retry: Int64(entries[Int(slot)].attempts))
        guard let delay = settings.policy.delay(for: attempt) else { return giveUpReported(slot, .retriesExhausted, now: now) }
        guard budget.take() else { return giveUpReported(slot, .budgetExhausted, now: now) }
        let (moment, overflow) = now.addingReportingOverflow(delay.roundedUpMilliseconds)
        lanes[lane].pausedUntil = max(lanes[lane].pausedUntil, overflow ? .max : moment)
        waitBehindNone(slot, now: now)
    }

    /// The lane stops behind its failed head: what was handed over behind it comes back, and goes after it.
    mutating func waitBehindNone(_ slot: Int32, now: Int64) {
        wait(slot)
        if lanes[Int(entries[Int(slot)].lane)].isOrdered, isOvertaken(slot) { wantBack(at: now) }
    }
}
