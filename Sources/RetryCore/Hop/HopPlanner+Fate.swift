/// What the headers and the time decide about a record of ours.
enum Fate: Equatable {
    /// After so many retries the next one happens then.
    case retry(made: Int64, due: Timestamp)
    /// It gets no more; `due` is what was out of range.
    case deadLetter(DeadLetterReason, due: Timestamp?)
}

extension HopPlanner {
    /// The rules for a record on a retry topic, in their order: what cannot be read, what has had its retries, what is due too far
    /// ahead, what failed too long ago.
    func fate(of record: KafkaRecord, _ scan: HeaderScan, now: Timestamp) -> Fate {
        let dialect = HeaderDialect(of: scan)
        let count = dialect.retryCount(scan)
        let explicit = dialect.due(scan)
        guard count != .malformed, explicit != .malformed else { return .deadLetter(.malformedHeader, due: nil) }
        let made = count.readable ?? 0
        guard let due = due(of: record, retriesMade: made, explicit: explicit.readable) else {
            return .deadLetter(.attemptsExhausted, due: nil)
        }
        if due > now.advanced(milliseconds: horizon) { return .deadLetter(.dueOutOfRange, due: due) }
        if let maxAge, let first = LinkDialect.firstFailure(scan), now > first.advanced(milliseconds: maxAge) {
            return .deadLetter(.expired, due: nil)
        }
        return .retry(made: made, due: due)
    }

    /// Whether a record gets no retry.
    func isDeadLetter(_ record: KafkaRecord, now: Timestamp) -> Bool {
        if case .deadLetter = record.scanHeaders({ fate(of: record, $0, now: now) }) { true } else { false }
    }

    /// When the next retry is due; `nil` if there is none. The policy's delay is asked for only where it decides something.
    private func due(of record: KafkaRecord, retriesMade made: Int64, explicit: Int64?) -> Timestamp? {
        let policy = settings.policy
        guard !policy.isExhausted(retriesMade: made) else { return nil }
        if let explicit, policy.retries != nil { return Timestamp(milliseconds: explicit) }
        let attempt = RetryAttempt(source: record.source, offset: record.offset, retry: made + 1)
        guard let delay = policy.delay(for: attempt) else { return nil }
        if let explicit { return Timestamp(milliseconds: explicit) }
        return record.timestamp?.advanced(by: delay) ?? .distantPast
    }
}
