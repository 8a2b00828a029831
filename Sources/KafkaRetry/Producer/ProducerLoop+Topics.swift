import RDKafka
import RetryCore

/// Which topic and partition a message is for, and how many partitions there are.
extension ProducerLoop {
    func topicNumber(_ name: String) -> Int {
        // Most messages go where the one before went.
        if let latest = latestTopic, latest.name == name { return latest.number }
        let number = machine.topic(name)
        latestTopic = (name, number)
        if number == handles.count {
            handles.append(nil)
            counts.append(nil)
        }
        return number
    }

    func place(of record: ProducerRecord, _ topic: Int) -> SendRequest.Place {
        guard configuration.ordering == .key, record.key != nil || record.partition != nil else {
            return record.partition.map(SendRequest.Place.partition) ?? (isKnown(topic) ? .anywhere : .unknown)
        }
        // Those with a partition of their own too: they would overtake those that wait.
        guard isKnown(topic), let count = counts[topic] else { return .unknown }
        return .partition(partition(of: record, count: count))
    }

    func partition(of record: ProducerRecord, count: Int32) -> Int32 {
        // A message without a key that waited for the count goes anywhere.
        record.partition ?? record.key.map { Partitioner.byKey($0, count: count) } ?? Int32.random(in: 0..<max(1, count))
    }

    func partition(of slot: SendSlot, count: Int32) -> Int32 {
        pending[slot.index].map { partition(of: $0.record, count: count) } ?? 0
    }

    func isKnown(_ topic: Int) -> Bool {
        if counts[topic] != nil { return true }
        count(topic)
        return false
    }

    /// Asks for a topic's number of partitions, unless that is being done.
    func count(_ topic: Int) {
        if isCounting.insert(topic).inserted { links.topics.post((machine.name(ofTopic: topic), producer)) }
    }

    func counted(_ name: String, _ result: Result<Int32, RDKafkaError>) {
        let topic = topicNumber(name)
        isCounting.remove(topic)
        switch result {
        case .success(let count):
            let before = counts[topic]
            counts[topic] = count
            if let before, before != count {
                log.notice("a topic's number of partitions has changed", [.topic: .string(name), .count: LogValue(count)])
                replay.replaced(topic: topic)
                machine.repartitioned(topic: topic) { slot in partition(of: slot, count: count) }
            }
            if before == nil { replay.replaced(topic: topic) }
            machine.placed(topic: topic) { slot in partition(of: slot, count: count) }
        case .failure(let error): machineIsMissing(topic, error)
        }
    }

    func machineIsMissing(_ topic: Int, _ error: RDKafkaError) {
        for slot in machine.unplaced(topic: topic) { pending[slot.index]?.reason = "\(error)" }
        machine.isMissing(topic: topic, now: now)
    }

    /// A topic may have been made anew, with another number of partitions.
    func recountIfUnknown(_ slot: Int, _ code: RDKafkaError.Code) {
        guard pending[slot] != nil, [.unknownPartition, .unknownTopicOrPart, .unknownTopic].contains(code) else { return }
        count(machine.topicNumber(of: SendSlot(slot)))
    }

    /// Topics may have got more partitions.
    func recountInTime() {
        guard now - countedAt >= configuration.recountInterval else { return }
        countedAt = now
        for topic in counts.indices where counts[topic] != nil { count(topic) }
    }
}
