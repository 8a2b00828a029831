// What is asked for each message is inlined into who asks: Swift copies all of a machine's fields to call a method that does not change it.
extension ProducerMachine {
    /// Lets each lane hand over what it may, in turns.
    mutating func handOver(now: Int64) {
        if paused.contains(where: { lanes[$0].pausedUntil <= now }) {
            for lane in paused where lanes[lane].pausedUntil <= now {
                lanes[lane].isPaused = false
                enqueue(lane)
            }
            paused.removeAll { !lanes[$0].isPaused }
        }
        guard !isRenewing, !isClosing, !isTakingBack, fullUntil <= now else { return }
        // It took one more than it had room for before.
        if handed > mostHanded { mostHanded += mostHanded / 4 + 1 }
        var kept: [Int] = []
        var next = 0
        while next < queue.count, hasRoom {
            let lane = queue[next]
            next += 1
            lanes[lane].isQueued = false
            // Nothing that happens in the lane would bring it back.
            if handOver(from: lane, now: now) == .again { kept.append(lane) }
        }
        queue.removeFirst(next)
        for lane in kept { enqueue(lane) }
    }

    private enum Turn { case done, again }

    @inline(__always) private var hasRoom: Bool { handed < settings.window && handedBytes < settings.windowBytes && handed <= mostHanded }

    private mutating func handOver(from lane: Int, now: Int64) -> Turn {
        let topic = lanes[lane].topic
        if lanes[lane].pausedUntil > now {
            if !lanes[lane].isPaused { paused.append(lane) }
            lanes[lane].isPaused = true
            return .done
        }
        // What belongs behind messages of older lanes waits for them.
        if lanes[lane].isOrdered, !lanes[lane].isRecovery, !topics[topic].drainingLanes.isEmpty, !lanes[lane].isOutdated { return .done }
        var admitted = topics[topic].breaker.admits(handed: topics[topic].handed)
        while lanes[lane].out.count < max(1, settings.laneWindow) {
            guard let slot = head(of: lane) else { return .done }
            if lanes[lane].isOrdered, isOvertaken(slot) {
                wantBack(at: tookBackAt + Self.backPatience)
                return .again
            }
            guard admitted > 0, hasRoom, topics[topic].groups.isEmpty || !sharesRequestsWithGroups(lane) else { return .again }
            guard !makesRoom(lane, now: now) else { return .again }
            if entries[Int(slot)].mostTogether < .max {
                guard !sharesRequests(lane) else {
                    topics[topic].askForRoom(lane, now: now)
                    return .again
                }
                handGroup(from: lane, Int(min(entries[Int(slot)].mostTogether, Int32(clamping: admitted))))
                topics[topic].breaker.handedOver(now: now)
                return .again
            }
            admitted -= 1
            hand(slot)
            topics[topic].breaker.handedOver(now: now)
        }
        return .done
    }

    /// Hands over what may go together with the lane's head, which was refused among more.
    private mutating func handGroup(from lane: Int, _ most: Int) {
        var size = 0
        while size < most, let slot = head(of: lane), entries[Int(slot)].mostTogether >= most, entries[Int(slot)].mostTogether < .max {
            hand(slot)
            size += 1
        }
        topics[lanes[lane].topic].groups[lane] = size
    }

    /// Whether one request may hold messages of both lanes: librdkafka's requests are of one partition each.
    @inline(__always) private func mayShareRequest(_ lane: Int, _ other: Int) -> Bool {
        lanes[other].place == lanes[lane].place || !lanes[other].isOrdered || !lanes[lane].isOrdered
    }

    @inline(__always) private func sharesRequestsWithGroups(_ lane: Int) -> Bool {
        topics[lanes[lane].topic].groups.keys.contains { mayShareRequest(lane, $0) }
    }

    /// Whether librdkafka has messages that may be in a request with the lane's; also of lanes of older numbers of partitions.
    private func sharesRequests(_ lane: Int) -> Bool {
        lanes.indices.contains { lanes[$0].topic == lanes[lane].topic && !lanes[$0].out.isEmpty && mayShareRequest(lane, $0) }
    }

    /// Whether the lane hands nothing over for now, so that another one's refused message comes to be alone.
    @inline(__always) private func makesRoom(_ lane: Int, now: Int64) -> Bool {
        guard let room = topics[lanes[lane].topic].room, room.lane != lane, now < room.until, mayShareRequest(lane, room.lane) else {
            return false
        }
        return lanes[room.lane].pausedUntil <= now && wantsRoom(room.lane)
    }

    /// Whether the lane's next message was refused together with others.
    @inline(__always) func wantsRoom(_ lane: Int) -> Bool { head(of: lane).map { entries[Int($0)].mostTogether < .max } ?? false }

    /// Whether librdkafka has a message that was handed over behind this one.
    @inline(__always) func isOvertaken(_ slot: Int32) -> Bool {
        let entry = entries[Int(slot)]
        return newestOut(Int(entry.lane), ofSpool: entry.origin == .spool) > entry.sequence
    }

    /// The newest message of a lane that librdkafka has, if it has the spool's, or the callers'; 0 for none.
    @inline(__always) func newestOut(_ lane: Int, ofSpool: Bool) -> UInt64 {
        guard !lanes[lane].out.isEmpty else { return 0 }
        let newest = entries[Int(lanes[lane].out.last)]
        return (newest.origin == .spool) == ofSpool ? newest.sequence : 0
    }

    /// Whose turn it is in a lane; `nil` if it has nothing that may go.
    @inline(__always) private func head(of lane: Int) -> Int32? {
        guard lanes[lane].place != .unknown, lanes[lane].condemned < 0 else { return nil }
        let waiting = lanes[lane].waiting.isEmpty ? nil : lanes[lane].waiting.first
        let replay = lanes[lane].replay.isEmpty ? nil : lanes[lane].replay.first
        if !lanes[lane].isOrdered { return replay ?? waiting }
        // What was accepted before the messages in the spool goes before them, and an older lane's messages before all others.
        if let waiting {
            let goesFirst = lanes[lane].isOutdated || lanes[lane].isRecovery || entries[Int(waiting)].sequence < lanes[lane].lastOffered
            if goesFirst { return waiting }
        }
        if let replay {
            let isBehindOthers = !lanes[lane].out.isEmpty && entries[Int(lanes[lane].out.last)].origin != .spool
            return isBehindOthers || lanes[lane].holding > 0 ? nil : replay
        }
        return backlog > 0 || lanes[lane].spooled > 0 || lanes[lane].holding > 0 ? nil : waiting
    }

    private mutating func hand(_ slot: Int32) {
        let lane = Int(entries[Int(slot)].lane)
        leaveQueue(slot)
        lanes[lane].out.insert(slot, in: &entries)
        entries[Int(slot)].state = .handed
        handed += 1
        newestHanded = max(newestHanded, entries[Int(slot)].sequence)
        handedBytes += Int(entries[Int(slot)].bytes)
        topics[lanes[lane].topic].handed += 1
        work.sends.append(.init(slot: SendSlot(Int(slot)), topic: lanes[lane].topic, partition: lanes[lane].place.partition))
    }

    /// librdkafka no longer has it.
    mutating func takeBack(_ slot: Int32) {
        let lane = Int(entries[Int(slot)].lane)
        lanes[lane].out.remove(slot, in: &entries)
        handed -= 1
        handedBytes -= Int(entries[Int(slot)].bytes)
        topics[lanes[lane].topic].handed -= 1
        if lanes[lane].out.isEmpty, !topics[lanes[lane].topic].groups.isEmpty { topics[lanes[lane].topic].groups[lane] = nil }
        if entries[Int(slot)].isExpired { overdue -= 1 }
        enqueue(lane)
    }

    /// Asks librdkafka at that moment for what it has not sent.
    mutating func wantBack(at moment: Int64) { takeBackAt = min(takeBackAt, moment) }

    /// Takes back what is overdue, or behind a message that failed. What is in flight then may be queued again when its connection breaks.
    mutating func takeBackIfDue(now: Int64) {
        if isMissed { wantBack(at: tookBackAt + Self.backPatience) }
        guard takeBackAt <= now, !isTakingBack else { return }
        takeBackAt = .max
        tookBackAt = now
        // A failed instance gives everything back anyway.
        isTakingBack = handed > 0 && !isRenewing
        work.takesBack = isTakingBack
    }

    /// Whether something waits for what librdkafka has: its deadline, those that are to be spooled behind it, or the end.
    var isMissed: Bool { overdue > 0 || (isClosing || condemnedLanes > 0) && handed > 0 }

    /// How long it takes between taking messages back because they are overdue, and until what was in flight is asked for again.
    static let backPause: Int64 = 100
    static let backPatience: Int64 = 1_000

    /// Puts it where its sequence belongs among what was not handed over.
    mutating func wait(_ slot: Int32) {
        let lane = Int(entries[Int(slot)].lane)
        entries[Int(slot)].state = .waiting
        topics[lanes[lane].topic].waiting += 1
        if entries[Int(slot)].origin == .spool {
            lanes[lane].replay.insert(slot, in: &entries)
        } else {
            lanes[lane].waiting.insert(slot, in: &entries)
        }
        enqueue(lane)
    }

    /// Takes it out of what was not handed over.
    mutating func leaveQueue(_ slot: Int32) {
        let lane = Int(entries[Int(slot)].lane)
        topics[lanes[lane].topic].waiting -= 1
        if entries[Int(slot)].origin == .spool {
            lanes[lane].replay.remove(slot, in: &entries)
        } else {
            lanes[lane].waiting.remove(slot, in: &entries)
        }
    }

    mutating func watchBreakers(now: Int64) {
        for topic in topics.indices {
            if topics[topic].breaker.stalled(now: now) { work.breakers.append((topic, true)) }
            if topics[topic].breaker.resumed(handed: topics[topic].handed, now: now) { enqueueAll(topic: topic) }
            let keepsNone = settings.whenOpen != .wait && !isClosing && topics[topic].breaker.isOpen
            if keepsNone, topics[topic].waiting > 0 { refuseWaiting(topic: topic, now: now) }
        }
    }
}
