public import RetryCore

/// Takes a message that could not be delivered.
///
/// Handlers stand in a chain: what one could not take the next one gets. Whatever none takes is an error of its send. A handler is asked about
/// one message after the other, in their order, but about those that may go to the spool and those that may not independently: two calls may
/// run at the same time. ``DeadLetterTopicRecovery`` sends what waits together.
public protocol KafkaRecoveryHandler: Sendable {
    /// Takes the message, or throws why it cannot. What returns has taken it: nobody else is told.
    func recover(_ message: UndeliveredMessage, using producer: RecoveryProducer) async throws -> RecoveryOutcome
}

/// A message that was given up.
public struct UndeliveredMessage: Sendable {
    /// What was to be sent.
    public var message: ProducerRecord
    /// Why it was given up.
    public var cause: SendCause
    /// Whether an attempt may have written it.
    public var mayBeWritten: Bool
    /// How often sending it has failed.
    public var attempts: Int
    /// The latest answer about it, as librdkafka or the broker gave it.
    public var reason: String
    /// When it was accepted.
    public var accepted: Timestamp

    /// Whether the cluster could not be reached in time, in place of having refused the message.
    public var isOutage: Bool { cause == .deadline || cause == .breakerOpen || cause == .closed }
}

/// What a handler has done with a message.
public enum RecoveryOutcome: Hashable, Sendable {
    /// It stands in a dead letter topic.
    case deadLettered
    /// It is on disk and will be sent.
    case spooled
    /// Anything else.
    case recovered
}

/// What a recovery handler may send with: the producer that asks it. Such messages are not recovered again.
public struct RecoveryProducer: Sendable {
    /// The producer's own settings that matter to dead letters.
    public let naming: TopicNaming
    /// The service's name.
    public let service: String?
    /// Accepts messages at once, in their order.
    let submit: @Sendable ([ProducerRecord], Duration) -> [SendReceipt]

    /// Sends a message. Throws a ``SendError`` if it does not stand in its topic after `deadline`.
    public func send(_ message: ProducerRecord, deadline: Duration = .seconds(5)) async throws {
        for receipt in submit([message], deadline) { _ = try await receipt.outcome }
    }
}

/// A handler that is not for this message, said to the next one.
public struct RecoveryDeclined: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var reason: String
    /// Declined because of `reason`.
    public init(_ reason: String) { self.reason = reason }
    /// The reason.
    public var description: String { reason }
}
