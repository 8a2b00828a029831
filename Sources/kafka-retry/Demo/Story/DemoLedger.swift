import RetryCore

/// What the topics have shown so far, order by order.
struct DemoLedger {
    enum State: Equatable {
        /// The service has it, for the first time (0) or for this retry.
        case inService(retry: Int)
        /// It waits for retry number `retry`.
        case waiting(retry: Int, since: Timestamp, due: Timestamp)
        /// It is on its way to the dead letter topic.
        case exhausted
        case handled(retries: Int)
        case deadLettered(reason: String)

        var isFinal: Bool {
            switch self {
            case .handled, .deadLettered: true
            default: false
            }
        }
    }

    struct Order {
        let name: String
        var state: State
        var problem: String?
        fileprivate var step: Int
    }

    let policy: RetryPolicy
    /// In the order of their first appearance.
    private(set) var orders: [Order] = []
    /// All records, in the order in which they were read.
    private(set) var sightings: [DemoSighting] = []

    init(_ policy: RetryPolicy) { self.policy = policy }

    /// Whether so many orders have come to their end.
    func isSettled(_ count: Int) -> Bool { orders.count >= count && orders.allSatisfy(\.state.isFinal) }

    /// Takes note of a record, and says what it means.
    mutating func saw(_ sighting: DemoSighting) -> DemoEvent {
        sightings.append(sighting)
        let event = DemoEvent(time: sighting.time, order: sighting.order, kind: kind(of: sighting))
        let order = Order(name: sighting.order, state: state(after: event, sighting), problem: sighting.problem, step: sighting.step)
        if let index = orders.firstIndex(where: { $0.name == sighting.order }) {
            if sighting.step >= orders[index].step { orders[index] = order }
        } else {
            orders.append(order)
        }
        return event
    }

    /// When the retry is due for which this record waits; `nil` if it is on its way to the dead letter topic.
    func due(_ sighting: DemoSighting) -> Timestamp? {
        let attempt = RetryAttempt(
            source: TopicPartition("", 0), offset: sighting.offset, retry: Int64(clamping: sighting.retriesMade) + 1)
        return policy.delay(for: attempt).map { sighting.due ?? sighting.time.advanced(by: $0) }
    }

    /// How many milliseconds after its due time this retry came; below zero it was early. `nil` if it is none.
    func lateness(_ sighting: DemoSighting) -> Int64? {
        guard sighting.role == .source, sighting.retriesMade > 0 else { return nil }
        let waited = sightings.last { $0.role == .retry && $0.order == sighting.order && $0.retriesMade == sighting.retriesMade - 1 }
        return waited.flatMap(due).map { sighting.time.milliseconds &- $0.milliseconds }
    }

    private func kind(of sighting: DemoSighting) -> DemoEvent.Kind {
        switch sighting.role {
        case .source: return sighting.retriesMade == 0 ? .placed : .retried(retry: sighting.retriesMade, late: lateness(sighting))
        case .handled: return .handled(retries: sighting.retriesMade)
        case .deadLetter: return .deadLettered(reason: sighting.deadLetterReason ?? "no reason given")
        case .retry:
            let problem = sighting.problem ?? "no reason given"
            guard let due = due(sighting) else { return .exhausted(problem: problem) }
            let delay = Duration.milliseconds(due.milliseconds &- sighting.time.milliseconds)
            return .failed(problem: problem, retry: sighting.retriesMade + 1, delay: delay)
        }
    }

    private func state(after event: DemoEvent, _ sighting: DemoSighting) -> State {
        switch event.kind {
        case .placed: .inService(retry: 0)
        case .retried(let retry, _): .inService(retry: retry)
        case .failed(_, let retry, let delay): .waiting(retry: retry, since: event.time, due: event.time.advanced(by: delay))
        case .exhausted: .exhausted
        case .handled(let retries): .handled(retries: retries)
        case .deadLettered(let reason): .deadLettered(reason: reason)
        }
    }
}
