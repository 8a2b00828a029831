import RetryCore

/// What became of every message that a caller sent: the truth that the producer is held against.
struct ProducerLedger {
    struct Message {
        var id: Int
        var topic: Int
        /// `nil` if it goes to any partition in any order.
        var key: Int?
        /// The process that accepted it.
        var process: Int
        var isPoison: Bool
        /// How often whoever sent it was told of an end, the last one, and how its stay in the spool ended.
        var ends = 0
        var callerEnd: SendEnd?
        var spoolEnd: SendEnd?
        var copies = 0
        var deadCopies = 0
        /// How often a report said that it may have been written, and how often a process was killed while it sent it from the spool.
        var doubts = 0
        var mayRepeat = 0
        /// librdkafka gave it back while messages up to this one were in flight behind it: these may arrive first.
        var overtakers = -1
        /// Nobody sends it any more: what of it still comes may come late.
        var isGivenUp = false
        /// It was said not to be written.
        var isDenied = false
    }

    /// By id.
    private(set) var messages: [Message] = []

    mutating func add(topic: Int, key: Int?, process: Int, isPoison: Bool) -> Int {
        messages.append(Message(id: messages.count, topic: topic, key: key, process: process, isPoison: isPoison))
        return messages.count - 1
    }

    mutating func update(_ id: Int, _ body: (inout Message) -> Void) { body(&messages[id]) }
}

extension ProducerWorld {
    /// A copy of a message stands in a log.
    func wrote(_ id: Int, _ topic: SimulatedCluster.Topic, _ partition: Int) {
        note("log: #\(id) on \(topic.name)-\(partition)")
        guard topic !== cluster.deadLetters else {
            statistics.deadLetters += 1
            return ledger.update(id) { $0.deadCopies += 1 }
        }
        statistics.written += 1
        ledger.update(id) { $0.copies += 1 }
        let message = ledger.messages[id]
        if message.isDenied { violate("#\(id) is written though it was said not to be") }
        if message.copies > 1 {
            statistics.duplicates += 1
            let allowed = (plan.settings.onAmbiguous == .retry ? message.doubts : 0) + message.mayRepeat
            if message.copies > 1 + allowed { violate("#\(id) is written \(message.copies) times, \(allowed + 1) at most were to be") }
            return
        }
        guard let key = message.key else { return }
        // Sends that ended otherwise, or with their process, may be overtaken.
        let isForgotten = message.isGivenUp || message.process < processes && !spool.contains(id) && message.callerEnd == nil
        if let newest = topic.newest[key], newest > max(id, message.overtakers), !isForgotten {
            violate("#\(id) of key \(key) is written behind #\(newest)")
        }
        topic.newest[key] = max(topic.newest[key] ?? -1, id)
        // Keys that shared another partition, or none, before have an order of their own.
        let place = topic.partitions[partition]
        if place.newest > max(id, message.overtakers), !isForgotten, !topic.wasGrown {
            violate("#\(id) is written behind #\(place.newest) of its partition")
        }
        place.newest = max(place.newest, id)
    }

    /// Messages up to that one were in flight when librdkafka gave this one back, so they may arrive first.
    func mayOvertake(_ id: Int, _ last: Int) { ledger.update(id) { $0.overtakers = max($0.overtakers, last) } }

    /// Whoever waits for a message is told of its end.
    func ended(_ id: Int, _ end: ProducerWork.End, fromSpool: Bool, doubted: Bool) {
        note("end: #\(id) \(end.end)\(end.mayBeTwice ? ", may be twice" : "")\(fromSpool ? ", from the spool" : "")")
        if end.mayBeTwice != doubted { violate("#\(id) ends as \(end.mayBeTwice ? "doubtful" : "certain"), which it is not") }
        ledger.update(id) {
            if fromSpool { $0.spoolEnd = end.end } else { $0.ends += 1 }
            if !fromSpool { $0.callerEnd = end.end }
        }
        let message = ledger.messages[id]
        if message.ends > 1 { violate("#\(id) has ended twice") }
        let isCertain = message.doubts == 0 && message.mayRepeat == 0
        switch end.end {
        case .delivered:
            if message.copies == 0 { violate("#\(id) was said to be delivered, but is not") }
        case .recovered(.spooled):
            if fromSpool || !spool.contains(id) { violate("#\(id) was said to be spooled, but is not") }
        case .recovered(let taker):
            if taker == .deadLettered, message.deadCopies == 0 { violate("#\(id) was said to be dead-lettered, but is not") }
            if isCertain { ledger.update(id) { $0.isDenied = true } }
        case .failed:
            statistics.failed += 1
            if isCertain { ledger.update(id) { $0.isDenied = true } }
            if doubted { violate("#\(id) may be written, but was said not to be") }
        case .ambiguous:
            statistics.ambiguous += 1
            if !doubted { violate("#\(id) was said to be ambiguous, which it is not") }
        case .leftInSpool, .keptInSpool:
            if !fromSpool || !spool.contains(id) { violate("#\(id) was said to be left in the spool, but is not") }
        }
        if ledger.messages[id].isDenied, message.copies > 0 { violate("#\(id) was said not to be written, but is") }
        // What is kept there comes behind what goes on without it.
        if end.end != .recovered(.spooled), end.end != .leftInSpool { ledger.update(id) { $0.isGivenUp = true } }
    }
}
