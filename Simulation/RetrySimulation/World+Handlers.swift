import RetryCore

/// A handler that runs in a member.
struct RunningHandler {
    var call: HandlerCall
    var outcomes: [HandlingOutcome]
    var ignoresCancellation: Bool
    var began: Timestamp
}

extension World {
    static let output = TopicPartition("Out", 0)

    func handlerSettings(_ planner: HopPlanner, _ handlers: HandlerPlan) -> HandlerSettings {
        var settings = HandlerSettings(planner)
        settings.order = handlers.order
        settings.concurrency = handlers.concurrency
        settings.retryConcurrency = handlers.retryConcurrency
        settings.batchSize = handlers.batchSize
        settings.deadline = handlers.deadline
        settings.breaker = handlers.breaker
        return settings
    }

    /// A producer writes a record to a source topic, or a relay puts one back.
    func writeSource() {
        guard let handlers = plan.handlers else { return }
        let place = dice.pick(sourcePlaces)
        let id = ledger.items.count
        var item = Ledger.Item(expectation: .handled, due: .min)
        var headers = KafkaHeaders()
        switch dice.number(0...19) {
        case 0: headers.append(.retryCount, "\(dice.number(1...6))")
        case 1: headers.append(.retryCount, "a few")
        default: break
        }
        if plan.poison > 0, dice.happens(plan.poison) { item.poison = dice.pick([1, 3]) }
        let key = dice.happens(15) ? nil : Array("k\(dice.number(1...handlers.keys))".utf8)
        let value = Array("\(id) ".utf8) + [UInt8](repeating: 120, count: dice.number(0...300))
        let record = OutgoingRecord(target: place, key: key, value: value, headers: headers)
        item.bytes = value.count + 50
        ledger.items.append(item)
        ledger.bytesIn += item.bytes
        statistics.records += 1
        let transaction = dice.happens(15) ? SimulatedTransaction(id: "service-\(id)", epoch: 0) : nil
        if let transaction { undecided.append(transaction) }
        let offset = append(record, in: transaction)
        note("service: #\(id) at \(place) \(offset), poison \(item.poison)\(transaction == nil ? "" : ", in a transaction")")
        guard let transaction else { return }
        let commits = dice.happens(60)
        after(dice.milliseconds(0...dice.pick([5, 2_000]))) { [self] in finish(transaction, commit: commits) }
    }

    // MARK: - Handling

    /// Calls wait for a slot in order.
    func handle(_ call: HandlerCall, _ member: Member) {
        guard let handlers = plan.handlers else { return violate("\(member.name) handles what it should relay: \(call)") }
        for item in call.items { checkDue(item, call, member) }
        member.waitingCalls.append(call)
        let most = slots(of: call, handlers) + (handlers.batchSize == 1 ? 1_024 : 0)
        let count = runningLike(call, member).count + member.waitingCalls.count { isLike($0, call) }
        if count > most { violate("\(member.name) hands out \(count) calls of a kind, more than \(most)") }
        // Whatever runs them may be busy.
        if dice.happens(20) {
            deliver(to: member, after: dice.milliseconds(0...dice.pick([5, 50, 50, 20_000]))) { [self] in beginCalls(member) }
        } else {
            beginCalls(member)
        }
    }

    private func beginCalls(_ member: Member) {
        guard let handlers = plan.handlers else { return }
        for call in member.waitingCalls where runningLike(call, member).count < slots(of: call, handlers) {
            guard call.isDue(at: clock(member)) else {
                withdraw([call.id], member)
                continue
            }
            member.waitingCalls.removeAll { $0.id == call.id }
            begin(call, member, handlers)
        }
    }

    private func begin(_ call: HandlerCall, _ member: Member, _ handlers: HandlerPlan) {
        if call.items.count > handlers.batchSize { violate("\(member.name) hands out \(call.items.count) records at once") }
        for (index, item) in call.items.enumerated() { checkStart(item, before: call.items.prefix(index), call, member, handlers) }
        let outcomes = call.items.map { outcome(Ledger.id(of: $0.record), retry: $0.retry) }
        let ignores = handlers.ignoresCancellation && dice.happens(30)
        let began = clock(member)
        member.running[call.id] = RunningHandler(call: call, outcomes: outcomes, ignoresCancellation: ignores, began: began)
        let takes = dice.happens(3) && !isQuiet ? dice.milliseconds(5_000...40_000) : dice.milliseconds(0...handlers.usual)
        deliver(to: member, after: dice.milliseconds(0...5)) {
            if member.running[call.id] != nil { member.machine.began(call.id, at: began) }
        }
        deliver(to: member, after: takes) { [self] in answer(call.id, member) }
    }

    func cancel(_ id: Int, _ member: Member) {
        if withdraw([id], member) { return }
        guard member.running[id]?.ignoresCancellation == false else { return }
        deliver(to: member, after: dice.milliseconds(0...20)) { [self] in answer(id, member) }
    }

    @discardableResult
    func withdraw(_ ids: [Int], _ member: Member) -> Bool {
        let withdrawn = member.waitingCalls.map(\.id).filter(ids.contains)
        member.waitingCalls.removeAll { withdrawn.contains($0.id) }
        statistics.withdrawn += withdrawn.count
        for id in withdrawn { deliver(to: member, after: dice.milliseconds(0...5)) { member.machine.withdrawn(id) } }
        return !withdrawn.isEmpty
    }

    private func answer(_ id: Int, _ member: Member) {
        guard let handler = member.running.removeValue(forKey: id) else { return }
        for (item, outcome) in zip(handler.call.items, handler.outcomes) {
            let record = Ledger.id(of: item.record)
            note("\(member.name): #\(record) retry \(item.retry) \(outcome.word)")
            guard record > 0 else { continue }
            if sources.contains(handler.call.place.topic) { ledger.items[record].firstHandlings += 1 }
            if case .done(let writing) = outcome, writing.isEmpty { ledger.items[record].isSilent = true }
        }
        member.machine.handled(id, outcomes: handler.outcomes, now: clock(member))
        beginCalls(member)
    }

    /// The same whenever it is asked: a record that is handled again comes to the same.
    private func outcome(_ id: Int, retry: Int64) -> HandlingOutcome {
        guard let handlers = plan.handlers else { return .done }
        var dice = Dice(seed: seed &+ UInt64(id) &* 1_000_003 &+ UInt64(clamping: retry) &* 7_919)
        let failure = RetryFailure(type: "TestError", message: "it failed \(id)")
        if dice.happens(handlers.failures) {
            switch dice.number(0...9) {
            case 0: return .deadLetter(failure, .permanentFailure)
            case 1: return .retry(failure, after: .milliseconds(dice.number(0...20_000)))
            case 2 where dice.happens(20): return .retry(failure, after: .seconds(30 * 86_400))
            default: return .retry(failure, after: nil)
            }
        }
        if handlers.hasSilent, dice.happens(30) { return .done }
        let first = OutgoingRecord(target: Self.output, key: nil, value: Array("\(id) out".utf8))
        let second = OutgoingRecord(target: Self.output, key: nil, value: Array("more".utf8))
        return .done(writing: dice.happens(20) ? [second, first] : [first])
    }

    func overdue(_ place: TopicPartition, _ offset: Int64, _ member: Member) {
        statistics.overdue += 1
        if member.waitingCalls.contains(where: { $0.place == place && $0.items.first?.record.offset == offset }) {
            violate("\(place) \(offset) is overdue before it began")
        }
        // It has failed; what comes after it in its lane may begin.
        guard let handler = member.running.values.first(where: { $0.call.place == place && $0.call.items.first?.record.offset == offset })
        else { return }
        for item in handler.call.items {
            let record = Ledger.id(of: item.record)
            if record > 0, sources.contains(place.topic) { ledger.items[record].firstHandlings += 1 }
        }
    }

    // MARK: - What is promised

    private func runningLike(_ call: HandlerCall, _ member: Member) -> [RunningHandler] {
        member.running.values.filter { isLike($0.call, call) }
    }

    private func isLike(_ call: HandlerCall, _ other: HandlerCall) -> Bool {
        call.sourceTopic == other.sourceTopic && sources.contains(call.place.topic) == sources.contains(other.place.topic)
    }

    private func slots(of call: HandlerCall, _ handlers: HandlerPlan) -> Int {
        sources.contains(call.place.topic) ? handlers.concurrency : handlers.retryConcurrency
    }

    /// Neither handed out nor begun before its time.
    private func checkDue(_ item: HandlerCall.Item, _ call: HandlerCall, _ member: Member) {
        let id = Ledger.id(of: item.record)
        guard id > 0, !sources.contains(call.place.topic), ledger.items[id].log === logs[call.place],
            ledger.items[id].offset == item.record.offset, plan.delivery == .exactlyOnce,
            // Of two copies that fail at the same moment, after an operator's reset, the ledger knows one due time.
            ledger.items[id].mayRepeat == 0
        else { return }
        let early = ledger.items[id].due - clock(member).milliseconds
        if early > 0 { violate("#\(id) is handled \(early) ms early") }
    }

    private func checkStart(
        _ item: HandlerCall.Item, before: Slice<OneOrMany<HandlerCall.Item>>, _ call: HandlerCall, _ member: Member, _ handlers: HandlerPlan
    ) {
        let id = Ledger.id(of: item.record)
        statistics.handlings += 1
        guard id > 0 else { return }
        note("\(member.name) handles #\(id) of \(call.place) \(item.record.offset), retry \(item.retry)")
        let (log, isSource) = (logs[call.place], sources.contains(call.place.topic))
        checkDue(item, call, member)
        if ledger.items[id].expectation == .passedOver { violate("#\(id) of another group is handled") }
        if let other = member.running.values.first(where: { handler in
            handler.call.place == call.place && handler.call.items.contains { $0.record.offset == item.record.offset }
        }), other.call.timeLimit == nil, !plan.deletions, member.machine.isCurrent(other.call) {
            violate("#\(id) is handled twice at a time by \(member.name)")
        }
        guard isSource else { return }
        if ledger.items[id].firstHandlings > 0 { statistics.handledAgain += 1 }
        guard handlers.order != .unordered, ledger.items[id].firstHandlings == 0, let log else { return }
        let key = item.record.key
        guard handlers.order == .partition || key != nil else { return }
        var offset = item.record.offset - 1
        while offset >= log.start {
            defer { offset -= 1 }
            guard let entry = log[offset], entry.isVisible, entry.id > 0 else { continue }
            guard handlers.order == .partition || entry.record?.key == key else { continue }
            let isBefore = before.contains { $0.record.offset == offset }
            if !isBefore, ledger.items[entry.id].firstHandlings == 0 {
                violate("#\(id) is handled before #\(entry.id), which comes first in its lane")
            }
            return
        }
    }

    /// A record stands in a source topic, or a handler or cleaning wrote it to a retry topic.
    func becameVisibleToHandlers(_ written: TargetedEntry, _ id: Int) {
        guard let record = written.entry.record else { return }
        defer {
            ledger.items[id].log = written.log
            ledger.items[id].offset = written.entry.offset
        }
        guard planners[record.target.topic] != nil else {
            ledger.items[id].origin = written.log
            return
        }
        let failure = (record.headers.text(.retryCount) ?? "") + " " + (record.headers.text(.lastFailureTimestamp) ?? "")
        let item = ledger.items[id]
        if item.log === written.log, item.failure == failure {
            ledger.bytesCleaned += item.bytes
            statistics.cleaned += 1
            return
        }
        note("ledger: #\(id) on \(record.target) after \(failure)")
        ledger.items[id].failure = failure
        guard let count = record.headers.text(.retryCount), record.headers.text(.lastFailureTimestamp) != nil else { return }
        if !ledger.items[id].hops.insert(count).inserted, plan.delivery == .exactlyOnce, item.mayRepeat == 0 {
            violate("#\(id) failed once and was written twice to \(record.target) with count \(count)")
        }
        if let due = record.headers.text(.nextRetryTimestamp).flatMap({ Int64($0) }) { ledger.items[id].due = due }
    }

    /// Whether it may still have a retry before it, at the end.
    func isStillTried(_ item: Ledger.Item) -> Bool { item.seen == 0 && (item.due > now - 120_000 || plan.handlers?.breaker != nil) }
}

extension HandlingOutcome {
    fileprivate var word: String {
        switch self {
        case .done(let writing): "done, writing \(writing.count)"
        case .retry(_, let delay): "failed, retry \(delay.map { "after \($0)" } ?? "")"
        case .deadLetter: "failed for good"
        }
    }
}
