/// The messages of one producer between their acceptance and their end: lanes that keep order, deadlines, retries, the breaker, and what
/// becomes of the messages that are given up.
///
/// A pure state machine. Its shell hands it what is sent and what delivery reports say, asks ``next(now:)`` until there is nothing, and does
/// what it is told; the simulator is another such shell. `now` is in milliseconds of a clock that never goes back.
///
/// librdkafka itself sends again what a broker or the network refuses for a moment, in order, for as long as it is let. So a message
/// that it has keeps its place until its report; a deadline takes back what was not sent.
public struct ProducerMachine: Sendable {
    let settings: ProducerMachineSettings
    var entries: [SendEntry] = []
    private var free = FreeSlots()
    /// Free once their ends have been told.
    private var ended: [Int32] = []
    var lanes: [SendLane] = []
    var topics: [SendTopic] = []
    private var topicNumbers: [String: Int] = [:]
    /// Lanes that may have something to hand over, in turns.
    var queue: [Int] = []
    /// Lanes that wait for a moment.
    var paused: [Int] = []
    var wheel = DeadlineWheel()
    var budget: RetryBudget
    private var lastSequence: UInt64 = 0
    var work = ProducerWork()

    /// Messages in librdkafka's hands, and their bytes.
    public internal(set) var handed = 0
    var handedBytes = 0
    /// The newest message that was ever handed over; 0 for none.
    public internal(set) var newestHanded: UInt64 = 0
    /// How many of them should have ended by their deadlines.
    var overdue = 0
    /// In how many lanes messages wait to be given up until what was handed over is back.
    var condemnedLanes = 0
    /// When librdkafka is asked for what it has not sent, and was asked last.
    var takeBackAt = Int64.max
    var tookBackAt: Int64 = -1_000_000
    /// What was taken back is not reported yet: nothing may be handed over, since it would go before that.
    var isTakingBack = false
    /// Nothing is handed over until then: librdkafka has no room.
    var fullUntil: Int64 = 0
    /// How many messages librdkafka had when it took no more.
    var mostHanded = Int.max - 1
    /// Messages that have not ended, and how many of them were read from the spool.
    public private(set) var count = 0
    private var replaying = 0
    /// Messages that stand in the spool since before: until they are delivered no lane goes on with newer ones.
    public internal(set) var backlog: Int
    /// Whether the instance has failed for good and waits to be replaced.
    public internal(set) var isRenewing = false
    /// Whether the renewal has been asked for.
    var isRenewalTold = false
    /// Whether nothing is to be handed over any more.
    var isClosing = false

    /// A machine without messages.
    ///
    /// - Parameter backlog: how many messages the spool holds at the start.
    public init(_ settings: ProducerMachineSettings, backlog: Int = 0) {
        self.settings = settings
        self.backlog = max(0, backlog)
        budget = RetryBudget(share: settings.retryShare, reserve: settings.retryReserve)
    }

    /// The number by which requests name a topic.
    public mutating func topic(_ name: String) -> Int {
        if let known = topicNumbers[name] { return known }
        topics.append(SendTopic(name: name, breaker: SendBreaker(settings.breaker)))
        topicNumbers[name] = topics.count - 1
        return topics.count - 1
    }

    /// The topic with that number.
    public func name(ofTopic number: Int) -> String { topics[number].name }

    /// The topic of a message that has not ended.
    public func topicNumber(of slot: SendSlot) -> Int { lanes[Int(entries[slot.index].lane)].topic }

    /// The place of a message among all that were accepted, from 1.
    public func sequence(of slot: SendSlot) -> UInt64 { entries[slot.index].sequence }

    /// Whether an attempt may have written it.
    public func isSuspect(_ slot: SendSlot) -> Bool { entries[slot.index].isSuspect }

    /// The messages that wait for the topic's number of partitions.
    public func unplaced(topic: Int) -> [SendSlot] {
        entries.indices.filter { index in
            guard entries[index].state == .waiting else { return false }
            let lane = lanes[Int(entries[index].lane)]
            return lane.topic == topic && lane.place == .unknown
        }.map { SendSlot($0) }
    }

    /// The spool holds so many more messages that no lane of this process knows of.
    public mutating func backlog(grewBy count: Int) { backlog += max(0, count) }

    /// Whether messages of the topic are kept back for now.
    public func isBreakerOpen(topic: Int) -> Bool { !topics[topic].breaker.isClosed }

    /// Whether more of what is in the spool should be read. While nothing arrives too, since one of its messages may be the probe.
    public var wantsReplay: Bool { !isRenewing && !isClosing && replaying < settings.laneWindow }

    /// Whether all that has not ended stands in the spool too.
    public var holdsOnlySpooled: Bool { count == replaying }

    /// Takes a message in charge. Whether there is room is the shell's to decide.
    public mutating func accept(_ request: SendRequest, now: Int64) -> SendSlot {
        let lane = self.lane(request.topic, request.place, isRecovery: request.origin == .recovery)
        let slot = freeSlot()
        lastSequence += 1
        count += 1
        entries[Int(slot)] = SendEntry(
            sequence: lastSequence, lane: Int32(lane), origin: request.origin, isBacklog: request.isBacklog,
            isSuspect: request.mayBeWritten, bytes: Int32(clamping: request.bytes),
            deadline: request.origin == .spool ? .max : request.deadline)
        if request.origin == .spool { replaying += 1 } else { budget.accepted() }
        guard !isClosing else {
            wait(slot)
            giveUpWaiting(slot, .closed, now: now)
            return SendSlot(Int(slot))
        }
        let isRefused = request.origin != .spool && refuses(request.topic)
        wait(slot)
        if entries[Int(slot)].deadline != .max { wheel.insert(slot, in: &entries, now: now) }
        if isRefused { refuse(slot, now: now) }
        return SendSlot(Int(slot))
    }

    /// Whether a message is not to wait for its topic. The first one that comes while the breaker is half-open is its probe.
    @inline(__always) private func refuses(_ topic: Int) -> Bool {
        guard settings.whenOpen != .wait, !topics[topic].breaker.isClosed else { return false }
        return topics[topic].breaker.admits(handed: topics[topic].handed) == 0 || topics[topic].waiting > 0
    }

    /// What is to be done now.
    public mutating func next(now: Int64) -> ProducerWork {
        for slot in ended { free.insert(slot) }
        ended.removeAll(keepingCapacity: true)
        expire(now: now)
        watchBreakers(now: now)
        takeBackIfDue(now: now)
        handOver(now: now)
        if isRenewing, !isRenewalTold {
            isRenewalTold = true
            work.renewsInstance = true
        }
        defer { work = ProducerWork() }
        return work
    }

    /// Those that have ended since the last time, for a shell that tells of them before it asks for the rest of the work.
    public mutating func takeEnds() -> [ProducerWork.End] {
        defer { work.ends = [] }
        return work.ends
    }

    /// When ``next(now:)`` should be asked again though nothing was told to it; `.max` for never.
    public func nextMoment(now: Int64) -> Int64 {
        var moment = wheel.nextMoment(now: now)
        if !isTakingBack {
            moment = min(moment, takeBackAt)
            if isMissed { moment = min(moment, tookBackAt + Self.backPatience) }
        }
        if !queue.isEmpty, fullUntil > now { moment = min(moment, fullUntil) }
        for lane in paused { moment = min(moment, lanes[lane].pausedUntil) }
        for topic in topics {
            if topic.handed == 0 { moment = min(moment, topic.breaker.nextProbe) }
            if let room = topic.room, lanes[room.lane].isQueued, wantsRoom(room.lane) { moment = min(moment, room.next(now: now)) }
            if let stall = topic.breaker.nextStall { moment = min(moment, stall) }
        }
        return max(moment, now + 1)
    }

    // MARK: Lanes and slots

    mutating func lane(_ topic: Int, _ place: SendRequest.Place, isRecovery: Bool) -> Int {
        let key = SendLane.Key(place: place.key, isRecovery: isRecovery)
        if let known = topics[topic].lane(key) { return known }
        lanes.append(SendLane(topic: topic, place: place, isRecovery: isRecovery))
        topics[topic].add(lanes.count - 1, key)
        return lanes.count - 1
    }

    private mutating func freeSlot() -> Int32 {
        if let slot = free.take() { return slot }
        entries.append(SendEntry())
        return free.grow()
    }

    /// Puts a lane into the queue of those that may have something to hand over.
    mutating func enqueue(_ lane: Int) {
        guard !lanes[lane].isQueued else { return }
        lanes[lane].isQueued = true
        queue.append(lane)
    }

    /// Everything that may have waited for somebody else is looked at again.
    mutating func enqueueAll(topic: Int? = nil) {
        for lane in lanes.indices where topic == nil || lanes[lane].topic == topic {
            if !lanes[lane].waiting.isEmpty || !lanes[lane].replay.isEmpty { enqueue(lane) }
        }
    }

    /// Ends a message that is in no list, and frees its slot.
    mutating func end(_ slot: Int32, _ end: SendEnd) {
        let lane = Int(entries[Int(slot)].lane)
        wheel.remove(slot, in: &entries)
        if entries[Int(slot)].origin == .spool {
            replaying -= 1
            if end == .leftInSpool {
                // It is still there.
            } else if entries[Int(slot)].isBacklog {
                backlog = max(0, backlog - 1)
                if backlog == 0 { enqueueAll() }
            } else {
                lanes[lane].spooled = max(0, lanes[lane].spooled - 1)
                if lanes[lane].spooled == 0 { enqueue(lane) }
            }
        }
        work.ends.append(
            .init(
                slot: SendSlot(Int(slot)), end: end, mayBeTwice: entries[Int(slot)].isSuspect, origin: entries[Int(slot)].origin))
        entries[Int(slot)] = SendEntry()
        ended.append(slot)
        count -= 1
        settle(lane)
    }
}
