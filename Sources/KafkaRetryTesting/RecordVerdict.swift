import KafkaRetry
import RetryCore

/// Whether an expectation is met by what is known of a record.
enum RecordVerdict: Hashable, Sendable {
    case met
    /// It may still come.
    case open
    /// It cannot come any more: this has happened.
    case failed(String)

    init(_ expectation: RecordExpectation, _ history: RecordHistory) {
        self =
            switch expectation.kind {
            case .handled(let retries): Self.handled(retries, history)
            case .deadLettered(let reason, let retries): Self.deadLettered(reason, retries, history)
            case .waiting(let retry, let delay): Self.waiting(retry, delay, history)
            }
    }

    private static func handled(_ retries: Int?, _ history: RecordHistory) -> RecordVerdict {
        if let end = dead(history) { return .failed(end) }
        if let done = history.handled {
            if let retries, done.number - 1 != retries { return .failed(handled(done)) }
            return .met
        }
        if let retries, let late = history.attempts.first(where: { $0.number - 1 > retries }) { return .failed(retried(late)) }
        return .open
    }

    private static func deadLettered(_ reason: DeadLetterReason?, _ retries: Int?, _ history: RecordHistory) -> RecordVerdict {
        if let letter = history.deadLetters.last?.entity {
            if let reason, letter.deadLetterReason != reason { return .failed(dead(history) ?? "") }
            if let retries, letter.retryCount != Int64(retries) { return .failed(dead(history) ?? "") }
            return .met
        }
        if let done = history.handled { return .failed(handled(done)) }
        if let retries, let late = history.attempts.first(where: { $0.number - 1 > retries }) { return .failed(retried(late)) }
        return .open
    }

    private static func waiting(_ retry: Int, _ delay: Duration?, _ history: RecordHistory) -> RecordVerdict {
        if let end = dead(history) { return .failed(end) }
        if let done = history.handled { return .failed(handled(done)) }
        if let late = history.attempts.first(where: { $0.number - 1 >= retry }) { return .failed(retried(late)) }
        guard let waiting = history.waiting?.entity, waiting.retryCount == Int64(retry) - 1 else { return .open }
        guard let delay, let due = waiting.due, let failure = waiting.lastFailure ?? waiting.firstFailure else { return .met }
        let actual = ManualClock.duration(from: failure, to: due)
        return actual == .milliseconds(delay.roundedUpMilliseconds) ? .met : .failed("retry \(retry) is due after \(actual)")
    }

    private static func handled(_ attempt: Journal.Attempt) -> String {
        "it was handled after \(RecordExpectation.retries(attempt.number - 1))"
    }

    private static func retried(_ attempt: Journal.Attempt) -> String { "retry \(attempt.number - 1) was made" }

    private static func dead(_ history: RecordHistory) -> String? {
        guard let letter = history.deadLetters.last?.entity else { return nil }
        let reason = letter.deadLetterReason.map { " (\($0.rawValue))" } ?? ""
        return "it was dead-lettered\(reason) after \(RecordExpectation.retries(Int(clamping: letter.retryCount)))"
    }
}
