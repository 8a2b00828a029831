import RetryCore

/// Counts what handlers' calls came to and how long they took.
struct HandlerMeter: Hashable, Sendable {
    var attempts = ListenerState.Attempts()
    var handlerTime = DurationHistogram()
    var lateness = DurationHistogram()

    mutating func count(
        _ call: HandlerCall, _ outcomes: [HandlingOutcome], _ reading: (elapsed: Duration, lateness: [Duration])?, isAbandoned: Bool
    ) {
        if let reading {
            handlerTime.add(reading.elapsed)
            for late in reading.lateness { lateness.add(late) }
        }
        guard !isAbandoned else { return attempts.abandoned += call.items.count }
        for outcome in outcomes.prefix(call.items.count) {
            switch outcome {
            case .done: attempts.done += 1
            case .retry: attempts.failed += 1
            case .deadLetter: attempts.failedForGood += 1
            }
        }
        attempts.failed += max(0, call.items.count - outcomes.count)
    }
}

/// When a call began, and how late its retries were then.
struct HandlerStopwatch: Sendable {
    private let start = ContinuousClock.now
    private let lateness: [Duration]

    init(_ call: HandlerCall, now: Timestamp) {
        lateness = call.items.compactMap { item in
            guard let due = item.due else { return nil }
            let (late, overflow) = now.milliseconds.subtractingReportingOverflow(due.milliseconds)
            return .milliseconds(overflow ? 0 : max(0, late))
        }
    }

    /// How long it has taken, and its retries' lateness.
    var reading: (elapsed: Duration, lateness: [Duration]) { (ContinuousClock.now - start, lateness) }
}
