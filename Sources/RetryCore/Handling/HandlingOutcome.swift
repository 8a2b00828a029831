/// What handling a record came to.
public enum HandlingOutcome: Sendable {
    /// It is done, and these records go out in the transaction that says so.
    case done(writing: [OutgoingRecord])
    /// It failed and is to be tried again after this delay, or when the policy says.
    case retry(RetryFailure, after: Duration?)
    /// It failed and no retry can help.
    case deadLetter(RetryFailure, DeadLetterReason)

    /// Done, with nothing to write.
    public static let done = HandlingOutcome.done(writing: [])

    /// Whether the breaker counts it as a failure.
    var isFailure: Bool { if case .done = self { false } else { true } }
}
