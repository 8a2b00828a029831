extension ProducerMachine {
    /// A recovery handler has taken a message, or none has.
    public mutating func recovered(_ slot: SendSlot, _ taker: SendRecovered?, cause: SendCause, now: Int64) {
        let slot = Int32(slot.index)
        guard entries[Int(slot)].state == .recovering else { return }
        let lane = Int(entries[Int(slot)].lane)
        if entries[Int(slot)].holdsLane { lanes[lane].holding -= 1 }
        if taker == .spooled, entries[Int(slot)].origin != .spool {
            if lanes[lane].isOutdated { backlog += 1 } else { lanes[lane].spooled += 1 }
        }
        enqueue(lane)
        // What is not to be sent again does not stay there.
        if taker == nil, entries[Int(slot)].origin == .spool, cause != .ambiguous { return end(slot, .keptInSpool(cause)) }
        end(slot, taker.map(SendEnd.recovered) ?? (entries[Int(slot)].isSuspect ? .ambiguous(cause) : .failed(cause)))
    }

    /// Whether a message that is spooled now counts as one that stood there before: its lane has been replaced.
    public func isOutdated(_ slot: SendSlot) -> Bool { lanes[Int(entries[slot.index].lane)].isOutdated }

    /// Gives up whose deadline has passed, unless librdkafka has them: those are taken back, or end with their reports.
    mutating func expire(now: Int64) {
        for slot in wheel.expired(in: &entries, now: now) {
            switch entries[Int(slot)].state {
            case .waiting:
                entries[Int(slot)].isExpired = true
                giveUpWaiting(slot, .deadline, now: now)
            case .handed:
                entries[Int(slot)].isExpired = true
                overdue += 1
                wantBack(at: tookBackAt + Self.backPause)
            case .free, .recovering: break
            }
        }
    }

    /// Gives up one that waits while the breaker is open.
    mutating func refuse(_ slot: Int32, now: Int64) {
        if settings.whenOpen == .fail {
            leaveQueue(slot)
            end(slot, entries[Int(slot)].isSuspect ? .ambiguous(.breakerOpen) : .failed(.breakerOpen))
        } else {
            giveUpWaiting(slot, .breakerOpen, now: now)
        }
    }

    /// Gives up what waited when the breaker opened, or came back since.
    mutating func refuseWaiting(topic: Int, now: Int64) {
        for lane in lanes.indices where lanes[lane].topic == topic && lanes[lane].condemned < 0 {
            if settings.whenOpen == .fail {
                while lanes[lane].waiting.first >= 0 { refuse(lanes[lane].waiting.first, now: now) }
            } else {
                giveUpWaiting(of: lane, .breakerOpen, now: now)
            }
        }
    }

    /// Gives up all that waits in a lane.
    private mutating func giveUpWaiting(of lane: Int, _ cause: SendCause, now: Int64) {
        if settings.hasSpool, lanes[lane].isOrdered, !lanes[lane].isRecovery {
            // Those before it go with it, and enter the spool behind what librdkafka gives back.
            if lanes[lane].waiting.last >= 0 { giveUpWaiting(lanes[lane].waiting.last, cause, now: now) }
        } else {
            while lanes[lane].waiting.first >= 0 { giveUpAlone(lanes[lane].waiting.first, cause, now: now) }
        }
    }

    /// Gives up one that was not handed over. If it may end in the spool, those before it in its lane go there first, and what was handed
    /// over, before it or behind, is back before: or it would find its place in the spool taken.
    mutating func giveUpWaiting(_ slot: Int32, _ cause: SendCause, now: Int64) {
        let lane = Int(entries[Int(slot)].lane)
        if mayBeSpooled(slot, cause), lanes[lane].isOrdered {
            if hasCallersOut(lane) {
                if entries[Int(slot)].cause == nil { entries[Int(slot)].cause = cause }
                condemn(slot)
                return wantBack(at: tookBackAt + Self.backPause)
            }
            lanes[lane].givenUpTo = entries[Int(slot)].sequence
            var before = lanes[lane].waiting.first
            while before >= 0, before != slot {
                let next = entries[Int(before)].next
                giveUpAlone(before, entries[Int(before)].cause ?? cause, now: now)
                before = next
            }
        }
        giveUpAlone(slot, entries[Int(slot)].cause ?? cause, now: now)
    }

    private mutating func giveUpAlone(_ slot: Int32, _ cause: SendCause, now: Int64) {
        let lane = Int(entries[Int(slot)].lane)
        if lanes[lane].condemned == slot {
            lanes[lane].condemned = -1
            condemnedLanes -= 1
        }
        leaveQueue(slot)
        giveUp(slot, cause, now: now)
    }

    /// Gives up what librdkafka has reported. If it may end in the spool, all that was handed over has to be back before.
    mutating func giveUpReported(_ slot: Int32, _ cause: SendCause, now: Int64) {
        let lane = Int(entries[Int(slot)].lane)
        guard mayBeSpooled(slot, cause), lanes[lane].isOrdered else { return giveUp(slot, cause, now: now) }
        waitBehindNone(slot, now: now)
        entries[Int(slot)].cause = cause
        condemn(slot)
    }

    private mutating func condemn(_ slot: Int32) {
        let lane = Int(entries[Int(slot)].lane)
        let known = lanes[lane].condemned
        if known < 0 { condemnedLanes += 1 }
        if known < 0 || entries[Int(known)].sequence < entries[Int(slot)].sequence { lanes[lane].condemned = slot }
    }

    private func hasCallersOut(_ lane: Int) -> Bool { newestOut(lane, ofSpool: false) > 0 }

    /// Gives up what only waited for messages that were handed over, once they are back.
    mutating func review(_ lane: Int, now: Int64) {
        let slot = lanes[lane].condemned
        guard slot >= 0, !hasCallersOut(lane) else { return }
        giveUpWaiting(slot, entries[Int(slot)].cause ?? .closed, now: now)
    }

    /// Whether the spool may be asked to take it at all. One that may have been written is not sent again unless the settings say so.
    private func mayBeSpooled(_ slot: Int32, _ cause: SendCause) -> Bool {
        settings.hasSpool && entries[Int(slot)].origin == .caller && cause != .permanent && cause != .ambiguous
    }

    /// Whether it would stand in the spool, or be sent from there, behind what was sent after it.
    private func wouldBeOvertaken(_ slot: Int32) -> Bool {
        let (entry, lane) = (entries[Int(slot)], lanes[Int(entries[Int(slot)].lane)])
        guard lane.isOrdered else { return false }
        if isOvertaken(slot) || entry.sequence < lane.lastOffered { return true }
        if lane.isOutdated {
            // Newer lanes may have spooled what belongs behind it; what waits behind it goes before the spool is read, unless it is given up too.
            let last = lane.waiting.last < 0 ? 0 : entries[Int(lane.waiting.last)].sequence
            let isFollowed = !isClosing && last > max(entry.sequence, lane.givenUpTo)
            if isFollowed || entry.sequence < topics[lane.topic].lastOffered { return true }
        }
        // If it may have been written, it was before those behind it.
        return !entry.isSuspect && entry.sequence < lane.lastWritten
    }

    /// Hands to recovery what is in no list.
    mutating func giveUp(_ slot: Int32, _ cause: SendCause, now: Int64) {
        let entry = entries[Int(slot)]
        let lane = Int(entry.lane)
        if cause == .ambiguous, settings.onAmbiguous == .fail { return end(slot, .ambiguous(.ambiguous)) }
        switch entry.origin {
        case .recovery: return end(slot, entry.isSuspect ? .ambiguous(cause) : .failed(cause))
        case .spool where cause == .closed:
            // What was handed over behind it stays there too, if it can be had.
            if lanes[lane].isOrdered, isOvertaken(slot) { wantBack(at: now) }
            return end(slot, .leftInSpool)
        case .spool where cause != .permanent && cause != .ambiguous:
            // It stands in the spool already, and waits for better times.
            entries[Int(slot)].attempts = 0
            lanes[lane].pausedUntil = max(lanes[lane].pausedUntil, now + 1_000)
            return waitBehindNone(slot, now: now)
        case .spool, .caller: break
        }
        let maySpool = mayBeSpooled(slot, cause) && !wouldBeOvertaken(slot)
        entries[Int(slot)].state = .recovering
        entries[Int(slot)].holdsLane = maySpool
        if maySpool {
            lanes[lane].holding += 1
            lanes[lane].lastOffered = max(lanes[lane].lastOffered, entry.sequence)
            topics[lanes[lane].topic].lastOffered = max(topics[lanes[lane].topic].lastOffered, entry.sequence)
        }
        work.recoveries.append(.init(slot: SendSlot(Int(slot)), cause: cause, maySpool: maySpool))
        settle(lane)
    }

    /// Ends what has not ended, since nobody waits for reports and recovery any longer. The machine is of no more use.
    public mutating func abandon() -> [ProducerWork.End] {
        isClosing = true
        for slot in entries.indices where entries[slot].state != .free {
            let entry = entries[slot]
            // The spool may still come to have what it was offered.
            let isUncertain = entry.isSuspect || entry.state == .handed || entry.holdsLane
            end(Int32(slot), entry.origin == .spool ? .leftInSpool : isUncertain ? .ambiguous(.closed) : .failed(.closed))
        }
        defer { work = ProducerWork() }
        return work.ends
    }

    /// No more waiting: what was not handed over is given up, and librdkafka is asked for what it has not sent. What is in flight ends with
    /// its report, so the shell takes that back too when it will not wait longer.
    public mutating func close(now: Int64) {
        guard !isClosing else { return }
        isClosing = true
        wantBack(at: now)
        for lane in lanes.indices {
            while lanes[lane].replay.first >= 0 { giveUpAlone(lanes[lane].replay.first, .closed, now: now) }
            giveUpWaiting(of: lane, .closed, now: now)
        }
    }
}
