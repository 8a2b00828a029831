/// Where a record goes after a failure.
public enum RetryDestination: Hashable, Sendable {
    /// To the retry topic, until it is due.
    case retry(due: Timestamp)
    /// To the dead letter topic.
    case deadLetter(DeadLetterReason)
}
