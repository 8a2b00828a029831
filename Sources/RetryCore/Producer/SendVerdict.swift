/// What a delivery report says of a message, in the machine's terms.
public enum SendVerdict: Hashable, Sendable {
    /// It stands in the log.
    case delivered
    /// It does not, and never will.
    case notWritten(SendFailure)
    /// It may.
    case maybeWritten(SendFailure)
}

/// Why a message was not delivered.
public enum SendFailure: Hashable, Sendable {
    /// It was taken back before it was sent, or with its instance: that was no attempt.
    case purged
    /// Another try may succeed.
    case transient
    /// No other try will.
    case permanent
    /// The broker refused the whole request that it came in: with fewer others, or alone, it may pass.
    case refused
}

/// How a message ended.
public enum SendEnd: Hashable, Sendable {
    /// It stands in the log.
    case delivered
    /// It went where ``SendRecovered`` says.
    case recovered(SendRecovered)
    /// It was not written, and nobody took it.
    case failed(SendCause)
    /// It may stand in the log; nobody was asked to take it.
    case ambiguous(SendCause)
    /// It stays in the spool, from which it was read: the producer was closed before its turn.
    case leftInSpool
    /// It stays there because no other try will help and nobody took it. This process does not try it again, and goes on with those behind it.
    case keptInSpool(SendCause)
}

/// Why a message was given up.
public enum SendCause: Hashable, Sendable {
    /// Its deadline passed.
    case deadline
    /// The policy's retries are used up.
    case retriesExhausted
    /// The producer has retried more than its budget allows.
    case budgetExhausted
    /// No other try will succeed.
    case permanent
    /// The breaker is open, and nothing is to wait for it.
    case breakerOpen
    /// Whether it was written is not known.
    case ambiguous
    /// The producer was closed.
    case closed
}

/// Who took a message that was given up.
public enum SendRecovered: Hashable, Sendable {
    /// The dead letter topic.
    case deadLettered
    /// The spool, from which it will be sent.
    case spooled
    /// A handler of the user's.
    case handled
}
