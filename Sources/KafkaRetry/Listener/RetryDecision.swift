public import RetryCore

/// What an error means for the record whose handler threw it.
public struct RetryDecision: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case retry(after: Duration?)
        case deadLetter(DeadLetterReason)
    }

    let kind: Kind

    /// Handled again when the topic's policy says.
    public static let retry = RetryDecision(kind: .retry(after: nil))

    /// Handled again after `delay`, such as a server's `Retry-After`. One beyond the horizon is a dead letter, `due-out-of-range`.
    public static func retry(after delay: Duration) -> RetryDecision { RetryDecision(kind: .retry(after: delay)) }

    /// No retry can help.
    public static let deadLetter = RetryDecision(kind: .deadLetter(.permanentFailure))

    /// No retry can help, for this reason.
    public static func deadLetter(_ reason: DeadLetterReason) -> RetryDecision { RetryDecision(kind: .deadLetter(reason)) }
}

/// An error that knows what it means for the record whose handler throws it.
///
/// Errors that do not are asked about in ``TopicSettings/classify`` of their topic, then in ``ListenerConfiguration/classify``; those that
/// neither knows are retried.
public protocol RetryClassifiable: Error {
    /// What is to become of the record.
    var retryDecision: RetryDecision { get }
}
