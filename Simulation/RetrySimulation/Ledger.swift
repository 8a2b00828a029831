import RetryCore

/// What became of every record that a service wrote: the truth that the machines are held against.
struct Ledger {
    enum Expectation { case republished, deadLettered, passedOver, handled }
    /// What brokers do not take: 1 with its texts, 2 on the source topic, 3 anywhere.
    typealias Poison = Int

    struct Item {
        var expectation: Expectation
        var due: Int64
        var poison: Poison = 0
        /// Where its latest copy stands; `nil` while it is not visible.
        var log: SimulatedLog?
        var offset: Int64 = -1
        var bytes = 0
        /// How often it was seen on the source and the dead letter topic.
        var seen = 0
        var mayRepeat = 0
        /// The source log in which it stood first, if members handle records themselves.
        var origin: SimulatedLog?
        /// What its latest copy on a retry topic says of the failure before it; copies by cleaning say the same.
        var failure = ""
        /// All failures after which it was written to a retry topic, by the count of retries.
        var hops: Set<String> = []
        /// How often its handling in the source log has ended.
        var firstHandlings = 0
        /// Handled without anything to write.
        var isSilent = false
    }

    /// By id, counted from 1.
    var items: [Item] = [Item(expectation: .passedOver, due: 0)]
    var republished = 0
    var deadLettered = 0
    var bytesIn = 0
    var bytesCleaned = 0

    /// The number at the front of a record's value; 0 if it is none of ours.
    static func id(of record: OutgoingRecord) -> Int { id(of: record.value) }

    /// The same of a record that was read.
    static func id(of record: KafkaRecord) -> Int { id(of: record.value) }

    private static func id(of value: [UInt8]?) -> Int {
        var id = 0
        for byte in value ?? [] {
            guard byte >= 48, byte <= 57 else { break }
            id = id * 10 + Int(byte - 48)
        }
        return id
    }
}

extension World {
    /// A record can be seen by read_committed readers.
    func becameVisible(_ written: TargetedEntry) {
        let id = written.entry.id
        guard id > 0, id < ledger.items.count, let record = written.entry.record else { return }
        let topic = record.target.topic
        if plan.handlers != nil, planners[topic] != nil || sources.contains(topic) { return becameVisibleToHandlers(written, id) }
        if planners[topic] != nil {
            if ledger.items[id].offset >= 0, ledger.items[id].log === written.log {
                ledger.bytesCleaned += ledger.items[id].bytes
                statistics.cleaned += 1
            }
            ledger.items[id].log = written.log
            ledger.items[id].offset = written.entry.offset
            return
        }
        ledger.items[id].seen += 1
        note("ledger: #\(id) on \(record.target)")
        let item = ledger.items[id]
        if item.seen > 1 + item.mayRepeat, plan.delivery == .exactlyOnce { violate("#\(id) was written twice to \(record.target)") }
        let isDead = topic.hasSuffix("-Error")
        if isDead { ledger.deadLettered += 1 } else { ledger.republished += 1 }
        switch item.expectation {
        case .passedOver: violate("#\(id) of another group was written to \(record.target)")
        case .deadLettered where !isDead: violate("#\(id) should be a dead letter, not on \(record.target)")
        case .republished where isDead && item.poison < 2: violate("#\(id) should not be a dead letter")
        default: break
        }
        if !isDead, !isQuiet, dice.happens(15) { writeRetry(to: written.entry.record?.target, retriesMade: 1) }
    }

    /// Nothing below a committed offset may still be waiting.
    func checkLowWater(_ log: SimulatedLog, below offset: Int64) {
        while log.checkedBelow < offset {
            defer { log.checkedBelow += 1 }
            guard let entry = log.entryEverWritten(log.checkedBelow), entry.isVisible, entry.id > 0 else { continue }
            let item = ledger.items[entry.id]
            guard item.expectation != .passedOver, item.seen == 0, !item.isSilent, entry.offset >= log.start else { continue }
            // It has gone on: to the log's tail, or from its source to a retry topic.
            if item.log === log, item.offset > entry.offset { continue }
            if item.origin === log, item.log !== log { continue }
            violate("\(log.place): low-water mark \(offset) committed while #\(entry.id) at \(entry.offset) is not done")
        }
    }

    /// At the end everything that is due has gone, and nothing else.
    func checkEnd(settled: Int64) {
        for (id, item) in ledger.items.enumerated().dropFirst() where violation == nil {
            guard let log = item.log, !log.isDeleted, item.offset >= log.start else { continue }
            switch item.expectation {
            case .passedOver: break
            case .handled where isStillTried(item): break
            // Once put off because its topic could not be written to, it comes behind those that wait for the breaker.
            case .deadLettered where plan.handlers?.breaker != nil && item.seen == 0: break
            case .republished, .deadLettered, .handled:
                if item.poison == 3 {
                    if item.seen > 0 { violate("#\(id) was refused by every broker and yet seen") }
                } else if item.seen == 0, !item.isSilent {
                    violate(
                        "#\(id) at \(log.place) \(item.offset) is lost: due \(item.due == .min ? 0 : item.due - begin) ms after the start, never seen"
                    )
                }
            }
        }
        let actions = Int64(20 * ledger.items.count) + 2 * (now - settled) / 1_000
        if Int64(quietActions) > actions { violate("\(quietActions) actions in a quiet time, more than \(actions)") }
        checkAccounts()
    }

    /// What cleaning writes stays under twice what came in.
    func checkCleaning() {
        if ledger.bytesCleaned > 2 * ledger.bytesIn + plan.cleaning.chunk * 800 {
            violate("cleaning wrote \(ledger.bytesCleaned) bytes for \(ledger.bytesIn) that came in")
        }
    }

    /// What the machines count is what was written; less where a process died or the group took an outcome from its owner.
    private func checkAccounts() {
        let accounts = members.map(\.machine.account)
        let (republished, dead) = (accounts.reduce(0) { $0 + $1.republished }, accounts.reduce(0) { $0 + $1.deadLettered })
        // What a handler decides is written when the ledger sees it, whoever counts it.
        let isExact = plan.groupFaults == 0 && plan.brokerFaults == 0 && !plan.deletions && plan.handlers == nil
        if republished > ledger.republished || dead > ledger.deadLettered
            || isExact && (republished, dead) != (ledger.republished, ledger.deadLettered)
        {
            violate("the accounts say \(republished) and \(dead), not \(ledger.republished) and \(ledger.deadLettered)")
        }
    }

    /// The truth about how many records wait in a member's partitions, against what it says.
    func checkWaiting() {
        // While a commit is under way the ledger has what the member was not told of yet.
        for member in members where member.isAlive && !member.isFrozen && member.machine.isSettled {
            let places = Set(member.machine.places)
            let waiting = ledger.items.filter { item in
                guard let log = item.log, places.contains(log.place), !log.isDeleted else { return false }
                // By now what nobody takes is held.
                return item.expectation != .passedOver && item.seen == 0 && (item.poison != 3 || item.due > now || plan.handlers != nil)
            }
            // Records that were deleted may still be in memory, and go from there.
            let truth = waiting.count { item in
                // A handler may have nothing to write, or what it writes is refused.
                let isUnread =
                    item.log.map { log in
                        // It is not read yet, or not for the time being.
                        member.paused.contains(log.place)
                            || plan.handlers != nil && log[item.offset].map { $0.timestamp > now - 2_000 } ?? false
                    } ?? false
                let isDoubtful = plan.handlers != nil && (item.poison == 3 || item.isSilent) || isUnread
                return !isDoubtful && item.log.map { item.offset >= $0.start } ?? false
            }
            // What was written and not saved, at least once, or was reset by an operator, may wait still.
            let isOnce = plan.delivery == .exactlyOnce && !ledger.items.contains { $0.mayRepeat > 0 }
            let most = isOnce ? Int64(waiting.count) : .max
            if member.machine.waiting < Int64(truth) || member.machine.waiting > most {
                violate("\(member.name) says that \(member.machine.waiting) records wait, not \(truth)")
            }
        }
    }
}
