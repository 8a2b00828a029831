import RetryCore

/// Counts what handlers' calls came to and how long they took.
struct HandlerMeter: Hashable, Sendable {
    var attempts = ListenerState.Attempts()
    var handlerTime = DurationHistogram()
    var lateness = DurationHistogram()

    mutating func count(_ call: HandlerCall, _ outcomes: [HandlingOutcome], _ stopwatch: HandlerStopwatch?, isAbandoned: Bool) {
        if let stopwatch {
            handlerTime.add(stopwatch.elapsed)
            for late in stopwatch.lateness { lateness.add(late) }
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
    private(set) var lateness: [Duration] = []

    init(_ call: HandlerCall, isRetry: Bool, now: Timestamp) {
        guard isRetry else { return }
        for item in call.items {
            guard let due = try? RetryEntityFactory.entity(of: item.record.headers).due else { continue }
            let (late, overflow) = now.milliseconds.subtractingReportingOverflow(due.milliseconds)
            lateness.append(.milliseconds(overflow ? 0 : max(0, late)))
        }
    }

    var elapsed: Duration { ContinuousClock.now - start }
}
