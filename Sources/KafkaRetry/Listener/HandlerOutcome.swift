public import RetryCore

/// What a handler says about a record that it was given.
///
/// A handler that returns nothing says ``done``; one that throws says what the error's ``RetryDecision`` is.
public struct HandlerOutcome: Sendable {
    enum Kind: Sendable {
        case done([ProducerRecord])
        case retry(HandlerFailure, after: Duration?)
        case deadLetter(HandlerFailure, DeadLetterReason)
        /// What the error says, or what is said about it.
        case failed(any Error)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// It threw this.
    static func failed(_ error: any Error) -> HandlerOutcome { HandlerOutcome(.failed(error)) }

    /// It is done.
    public static let done = HandlerOutcome(.done([]))

    /// It is done, and these records are written in the transaction that says so: both or neither (with at-least-once delivery: first
    /// they, then the progress).
    public static func done(writing records: [ProducerRecord]) -> HandlerOutcome { HandlerOutcome(.done(records)) }

    /// It is done, and these records are written in the transaction that says so.
    public static func done(writing records: ProducerRecord...) -> HandlerOutcome { HandlerOutcome(.done(records)) }

    /// It failed, and is handled again when the topic's policy says. After its last retry it goes to the dead letter topic.
    public static let retry = retry(because: HandlerFailure.unexplained)

    /// It failed for the reason that `message` says, and is handled again when the topic's policy says. For another delay see
    /// ``HandlerContext/retry(after:because:)-(_,String)``.
    public static func retry(because message: String) -> HandlerOutcome {
        HandlerOutcome(.retry(HandlerFailure(type: HandlerFailure.typeOfRetry, message: message), after: nil))
    }

    /// It failed with `error`, whatever that error's own decision is, and is handled again when the topic's policy says.
    public static func retry(because error: any Error) -> HandlerOutcome { HandlerOutcome(.retry(HandlerFailure(error), after: nil)) }

    /// No retry can help: it goes to the dead letter topic, where `message` says why.
    public static func deadLetter(_ message: String, reason: DeadLetterReason = .permanentFailure) -> HandlerOutcome {
        HandlerOutcome(.deadLetter(HandlerFailure(type: HandlerFailure.typeOfDeadLetter, message: message), reason))
    }

    /// It failed with `error` and no retry can help: it goes to the dead letter topic.
    public static func deadLetter(because error: any Error, reason: DeadLetterReason = .permanentFailure) -> HandlerOutcome {
        HandlerOutcome(.deadLetter(HandlerFailure(error), reason))
    }
}
