extension ProducerMachine {
    /// The topic's number of partitions is known: what waits for it goes to the partition that `partition` answers, in order.
    ///
    /// What the spool holds of the topic counts as if it had stood there before → ``SendRequest/isBacklog``.
    public mutating func placed(topic: Int, partition: (SendSlot) -> Int32) {
        replace(topics[topic].lanes.filter { $0.key.place == SendRequest.Place.unknown.key }, topic, partition)
    }

    /// The topic's number of partitions has changed: keys may belong to other partitions now. What librdkafka has goes first; what was not
    /// handed over goes to the partition that `partition` answers, in order.
    ///
    /// What the spool holds of the topic counts as if it had stood there before → ``SendRequest/isBacklog``.
    public mutating func repartitioned(topic: Int, partition: (SendSlot) -> Int32) {
        replace(topics[topic].lanes.filter { $0.key.place >= 0 }, topic, partition)
    }

    /// There is no such topic: what waits for its number of partitions is given up.
    public mutating func isMissing(topic: Int, now: Int64) {
        for (_, lane) in topics[topic].lanes.sorted(by: { $0.key < $1.key }) where lanes[lane].place == .unknown {
            for slot in slots(lanes[lane].waiting) + slots(lanes[lane].replay) {
                leaveQueue(slot)
                giveUp(slot, .permanent, now: now)
            }
        }
    }

    private mutating func replace(_ old: [SendLane.Key: Int], _ topic: Int, _ partition: (SendSlot) -> Int32) {
        // What waits now is about to enter the spool, which knows no partitions.
        guard !isClosing else { return }
        giveSpooledToBacklog(topic)
        var moved: [Int32] = []
        for (key, lane) in old.sorted(by: { $0.key < $1.key }) {
            topics[topic].drop(key)
            lanes[lane].isOutdated = true
            // What goes before messages that were handed over, or spooled, stays.
            let condemned = lanes[lane].condemned
            let newest = max(
                newestOut(lane, ofSpool: false), lanes[lane].lastOffered, condemned < 0 ? 0 : entries[Int(condemned)].sequence)
            moved += slots(lanes[lane].waiting).filter { entries[Int($0)].sequence > newest }
            moved += slots(lanes[lane].replay).filter { entries[Int($0)].sequence > newestOut(lane, ofSpool: true) }
        }
        for slot in moved.sorted(by: { entries[Int($0)].sequence < entries[Int($1)].sequence }) {
            leaveQueue(slot)
            let isRecovery = entries[Int(slot)].origin == .recovery
            entries[Int(slot)].lane = Int32(lane(topic, .partition(partition(SendSlot(Int(slot)))), isRecovery: isRecovery))
            wait(slot)
        }
        for lane in old.values where !lanes[lane].isRecovery && !lanes[lane].isDrained { topics[topic].drainingLanes.insert(lane) }
        enqueueAll(topic: topic)
    }

    /// The topic's messages in the spool may be read into other lanes: they count as if they had stood there before.
    private mutating func giveSpooledToBacklog(_ topic: Int) {
        for lane in lanes.indices where lanes[lane].topic == topic {
            backlog += lanes[lane].spooled
            lanes[lane].spooled = 0
        }
        for slot in entries.indices where entries[slot].state != .free && entries[slot].origin == .spool {
            if lanes[Int(entries[slot].lane)].topic == topic { entries[slot].isBacklog = true }
        }
    }

    private func slots(_ list: SlotList) -> [Int32] {
        var (slots, slot): ([Int32], Int32) = ([], list.first)
        while slot >= 0 {
            slots.append(slot)
            slot = entries[Int(slot)].next
        }
        return slots
    }

    /// A lane of an older number of partitions that holds nothing any more lets the newer ones go on.
    mutating func settle(_ lane: Int) {
        let topic = lanes[lane].topic
        guard lanes[lane].isDrained, topics[topic].drainingLanes.remove(lane) != nil, topics[topic].drainingLanes.isEmpty else { return }
        enqueueAll(topic: topic)
    }
}
