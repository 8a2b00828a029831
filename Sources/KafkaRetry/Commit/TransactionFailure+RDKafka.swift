import RDKafka
import RetryCore

extension TransactionFailure {
    /// What librdkafka's flags say of `error`. One without flags leaves the transaction in no state that is known: everything is made anew.
    init(_ error: RDKafkaError, in step: String) {
        let disposition: Disposition = error.isFatal ? .fatal : error.isAbortable ? .abortable : error.isRetriable ? .retriable : .fatal
        let cause: Cause
        switch error.code {
        case .illegalGeneration, .unknownMemberId, .fencedInstanceId, .rebalanceInProgress: cause = .outdatedGeneration
        case .offsetMetadataTooLarge: cause = .metadataTooLarge
        default: cause = .other
        }
        self.init(disposition, cause: cause, reason: "\(step): \(error)")
    }
}

/// Whose fault it is that a record was not written.
enum ProduceVerdict {
    /// The record's, or that of one in the same request.
    case refused
    /// Its target's, for the time being.
    case unavailable
    /// Neither's: a time-out, a lost connection.
    case failed
    /// Not known: its transaction had failed, and librdkafka gave it up.
    case purged

    init(_ code: RDKafkaError.Code) {
        switch code {
        case .msgSizeTooLarge, .invalidRecord, .recordListTooLarge, .invalidTimestamp, .policyViolation: self = .refused
        case .unknownTopicOrPart, .unknownTopic, .unknownPartition, .topicAuthorizationFailed: self = .unavailable
        case .purgedInQueue, .purgedInFlight: self = .purged
        default: self = .failed
        }
    }
}
