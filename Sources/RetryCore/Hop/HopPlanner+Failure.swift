/// Where a record goes whose handling failed in this process.
enum FailedHop: Hashable, Sendable {
    /// To the retry topic.
    case retry(OutgoingRecord)
    /// To the dead letter topic.
    case deadLetter(OutgoingRecord, DeadLetterReason)
}

extension HopPlanner {
    /// Which retry of a record its handling is, from 1; 0 for the first handling. What cannot be read counts as none.
    ///
    /// On a retry topic the headers count the retries made before this one. On a source topic, where a relay has put a record back, ours
    /// count this one too, and Spring's count the deliveries, of which this is one (contract: headers).
    func retry(of record: KafkaRecord, isRetryTopic: Bool) -> Int64 { record.scanHeaders { retry($0, isRetryTopic: isRetryTopic) } }

    /// The same of a record that is to be handled at `now`; `nil` for one on a retry topic for which no handler is called.
    func retry(handled record: KafkaRecord, isRetryTopic: Bool, now: Timestamp) -> Int64? {
        record.scanHeaders { scan in
            let retry = retry(scan, isRetryTopic: isRetryTopic)
            guard isRetryTopic else { return retry }
            guard case .retry(_, let due) = fate(of: record, scan, now: now), due <= now else { return nil }
            return retry
        }
    }

    /// Whether the policy has no retry after so many.
    func isLast(retry: Int64, of record: KafkaRecord) -> Bool {
        let (next, overflow) = retry.addingReportingOverflow(1)
        guard !overflow, !settings.policy.isExhausted(retriesMade: retry) else { return true }
        guard settings.policy.retries == nil else { return false }
        return settings.policy.delay(for: RetryAttempt(source: record.source, offset: record.offset, retry: next)) == nil
    }

    /// What becomes of a record that failed at `now`: `delay` takes the place of the policy's, whose count and age hold all the same.
    func hop(
        for record: KafkaRecord, isRetryTopic: Bool, after failure: RetryFailure, delay: Duration?, now: Timestamp
    ) -> FailedHop {
        record.scanHeaders { scan in
            if !isRetryTopic, let malformed = HeaderDialect(of: scan).malformed(scan) {
                let explanation = "\(malformed); handling failed: \(String(decoding: failure.message, as: UTF8.self))"
                return .deadLetter(deadLetter(record, scan, .malformedHeader, explanation: explanation), .malformedHeader)
            }
            let made = retry(scan, isRetryTopic: isRetryTopic)
            let attempt = RetryAttempt(source: record.source, offset: record.offset, retry: made == .max ? made : made + 1)
            guard !settings.policy.isExhausted(retriesMade: made), let planned = settings.policy.delay(for: attempt) else {
                return .deadLetter(deadLetter(record, failure, .attemptsExhausted, retriesMade: made, now: now), .attemptsExhausted)
            }
            let due = now.advanced(by: max(.zero, delay ?? planned))
            if due > now.advanced(milliseconds: horizon) {
                return .deadLetter(deadLetter(record, failure, .dueOutOfRange, retriesMade: made, now: now), .dueOutOfRange)
            }
            if let maxAge, let first = LinkDialect.firstFailure(scan), now > first.advanced(milliseconds: maxAge) {
                return .deadLetter(deadLetter(record, failure, .expired, retriesMade: made, now: now), .expired)
            }
            let headers = failures.headers(of: record, after: failure, retriesMade: made, now: now, to: .retry(due: due))
            return .retry(OutgoingRecord(target: retryPlace(of: record), carrying: record, headers: headers))
        }
    }

    /// The dead letter of a record that failed at `now` and gets no retry.
    func deadLetter(
        for record: KafkaRecord, isRetryTopic: Bool, after failure: RetryFailure, _ reason: DeadLetterReason, now: Timestamp
    ) -> OutgoingRecord {
        deadLetter(record, failure, reason, retriesMade: retry(of: record, isRetryTopic: isRetryTopic), now: now)
    }

    private func deadLetter(
        _ record: KafkaRecord, _ failure: RetryFailure, _ reason: DeadLetterReason, retriesMade made: Int64, now: Timestamp
    ) -> OutgoingRecord {
        let headers = failures.headers(of: record, after: failure, retriesMade: made, now: now, to: .deadLetter(reason))
        return OutgoingRecord(target: deadLetterPlace(of: record), carrying: record, headers: headers)
    }

    /// The same, from a scan of its headers.
    func retry(_ scan: HeaderScan, isRetryTopic: Bool) -> Int64 {
        let dialect = HeaderDialect(of: scan)
        let count = dialect.retryCount(scan)
        guard let made = count.readable else { return isRetryTopic ? 1 : 0 }
        let includesThis = dialect == .link && !isRetryTopic
        return includesThis || made == .max ? made : made + 1
    }

    private var failures: RetryEntityFactory {
        RetryEntityFactory(
            sourceTopic: settings.sourceTopic, group: settings.group, service: settings.service, dialect: settings.dialect)
    }
}
