import RetryCore

/// Counts what handlers' calls came to and how long they took.
struct HandlerMeter: Hashable, Sendable {
    var attempts = ListenerState.Attempts()
    var handlerTime = DurationHistogram()
    var lateness = DurationHistogram()

    /// When a call began, and how long it took.
    struct Reading {
        var began: Timestamp
        var elapsed: Duration
    }

    mutating func count(_ call: HandlerCall, _ outcomes: OneOrMany<HandlingOutcome>, _ reading: Reading?, isAbandoned: Bool) {
        if let reading {
            handlerTime.add(reading.elapsed)
            for item in call.items { if let due = item.due { lateness.add(Self.lateness(of: due, at: reading.began)) } }
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

    private static func lateness(of due: Timestamp, at moment: Timestamp) -> Duration {
        let (late, overflow) = moment.milliseconds.subtractingReportingOverflow(due.milliseconds)
        return .milliseconds(overflow ? 0 : max(0, late))
    }
}
