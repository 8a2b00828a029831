public import RetryCore

/// What a handler is told beside the record: which of its handlings this is, and how long it may take.
///
/// A handler's task is cancelled when its deadline has passed, when the record's partition has left this process, and when the listener's
/// time to stop is over: what the handler answers afterwards is dropped. Another call may run in the same task when it has returned.
public struct HandlerContext: Sendable {
    /// The record as it was read: from its source topic, or from that topic's retry topic.
    public let record: KafkaRecord
    /// The topic in which the record stood first.
    public let topic: KafkaTopic
    /// Which handling of the record this is: 1 is the first one, which is not a retry.
    public let attempt: Int
    /// Whether the policy has no retry after this one: if it fails, the record goes to its dead letter topic.
    public let isLastAttempt: Bool
    /// When this retry was due; `nil` for a first handling, and for a retry whose headers say no time.
    public let due: Timestamp?
    /// When the call counts as failed if it has not answered, by this machine's clock; `nil` for never.
    public let deadline: Timestamp?
    private let horizon: Duration

    init(_ item: HandlerCall.Item, of call: HandlerCall, deadline: Timestamp?, horizon: Duration) {
        record = item.record
        due = item.due
        topic = call.sourceTopic
        attempt = Int(clamping: item.retry == .max ? item.retry : item.retry + 1)
        isLastAttempt = item.isLast
        self.deadline = deadline
        self.horizon = horizon
    }

    /// What the record's headers say of its failures so far. Parsed each time that it is asked for; what cannot be read is `nil`.
    public var entity: RetryEntity { (try? RetryEntityFactory.entity(of: record.headers)) ?? RetryEntity() }

    /// The W3C trace context under which the record was written, to be the parent of, or linked from, the handler's span. Every hop of the
    /// record carries it on. `nil` if there is none.
    public var traceparent: String? { record.headers.text("traceparent") }

    /// Failed: to be handled again after `delay` in place of the policy's, whose count and age hold all the same.
    ///
    /// - Throws: ``RetryDelayError`` for a delay that is negative, or longer than the configuration's horizon.
    public func retry(after delay: Duration, because message: String = HandlerFailure.unexplained) throws(RetryDelayError) -> HandlerOutcome
    {
        try check(delay)
        return HandlerOutcome(.retry(HandlerFailure(type: HandlerFailure.typeOfRetry, message: message), after: delay))
    }

    /// The same, with an error as the reason.
    public func retry(after delay: Duration, because error: any Error) throws(RetryDelayError) -> HandlerOutcome {
        try check(delay)
        return HandlerOutcome(.retry(HandlerFailure(error), after: delay))
    }

    private func check(_ delay: Duration) throws(RetryDelayError) {
        guard delay >= .zero, delay <= horizon else { throw RetryDelayError(delay: delay, horizon: horizon) }
    }
}

/// A delay that no retry can have.
public struct RetryDelayError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let delay: Duration
    /// The longest that is possible.
    public let horizon: Duration

    /// Both.
    public var description: String { "a retry after \(delay) was asked for; it must be between 0 and the horizon of \(horizon)" }
}
