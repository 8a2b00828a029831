/// Why a record went to its dead letter topic: the value of `X-Dead-Letter-Reason`.
public enum DeadLetterReason: String, CaseIterable, Sendable {
    /// All allowed retries have been made.
    case attemptsExhausted = "attempts-exhausted"
    /// The handler said that no retry can help.
    case permanentFailure = "permanent-failure"
    /// The count of retries or the due time cannot be read.
    case malformedHeader = "malformed-header"
    /// It is due further ahead than the horizon.
    case dueOutOfRange = "due-out-of-range"
    /// Its first failure lies further back than the policy's maximum age.
    case expired
    /// The broker would not take it elsewhere.
    case refused
    /// A producer could not deliver it.
    case undeliverable
}
