import RDKafka
import RetryCore

/// Which topic and partition a message is for, and how many partitions there are.
extension ProducerLoop {
    mutating func topicNumber(_ name: String) -> Int {
        // Most messages go where the one before went.
        if let latestTopic, latestTopic.name == name { return latestTopic.number }
        let number = machine.topic(name)
        latestTopic = (name, number)
        if number == handles.count {
            handles.append(nil)
            counts.append(nil)
        }
        return number
    }

    /// The topic of a message, whose name is not copied if it is that of the message before.
    mutating func topicNumber(of send: PendingSend) -> Int {
        if let latestTopic, submissions.isFor(latestTopic.name, send) { return latestTopic.number }
        return topicNumber(submissions.record(send).topic.name)
    }

    mutating func place(of send: PendingSend, _ topic: Int) -> SendRequest.Place {
        let (partition, hasKey) = (submissions.partition(send), submissions.hasKey(send))
        guard configuration.ordering == .key, hasKey || partition != nil else {
            if let partition { return .partition(partition) }
            return isKnown(topic) ? .anywhere : .unknown
        }
        // Those with a partition of their own too: they would overtake those that wait.
        guard isKnown(topic), let count = counts[topic] else { return .unknown }
        return .partition(submissions.partition(send, of: count))
    }

    mutating func isKnown(_ topic: Int) -> Bool {
        if counts[topic] != nil { return true }
        count(topic)
        return false
    }

    /// Asks for a topic's number of partitions, unless that is being done.
    mutating func count(_ topic: Int) {
        if isCounting.insert(topic).inserted { links.topics.post((machine.name(ofTopic: topic), producer)) }
    }

    mutating func counted(_ name: String, _ result: Result<Int32, RDKafkaError>) {
        let topic = topicNumber(name)
        isCounting.remove(topic)
        noteAnswer()
        switch result {
        case .success(let count):
            let before = counts[topic]
            counts[topic] = count
            let (pending, submissions) = (pending, submissions)
            func partition(of slot: SendSlot) -> Int32 {
                let send = pending[slot.index]
                return send.isFree ? 0 : submissions.partition(send, of: count)
            }
            if let before, before != count {
                log.notice("a topic's number of partitions has changed", [.topic: .string(name), .count: LogValue(count)])
                replay.replaced(topic: topic)
                machine.repartitioned(topic: topic, partition: partition)
            }
            if before == nil { replay.replaced(topic: topic) }
            machine.placed(topic: topic, partition: partition)
        case .failure(let error): machineIsMissing(topic, error)
        }
    }

    mutating func machineIsMissing(_ topic: Int, _ error: RDKafkaError) {
        for slot in machine.unplaced(topic: topic) { troubles[slot.index, default: SendTrouble()].reason = "\(error)" }
        machine.isMissing(topic: topic, now: now)
    }

    /// A topic may have been made anew, with another number of partitions.
    mutating func recountIfUnknown(_ slot: Int, _ code: RDKafkaError.Code) {
        guard !pending[slot].isFree, [.unknownPartition, .unknownTopicOrPart, .unknownTopic].contains(code) else { return }
        count(machine.topicNumber(of: SendSlot(slot)))
    }

    /// Topics may have got more partitions.
    mutating func recountInTime() {
        guard now - countedAt >= configuration.recountInterval else { return }
        countedAt = now
        for topic in counts.indices where counts[topic] != nil { count(topic) }
    }
}
