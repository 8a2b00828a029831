/// Where a message that was accepted has ended.
public enum SendOutcome: Hashable, Sendable {
    /// In its topic. `offset` is `nil` where librdkafka does not know it: an acknowledgement that was lost and found again.
    case delivered(partition: Int32, offset: Int64?, timestamp: Timestamp?)
    /// In its dead letter topic.
    case deadLettered
    /// On disk, from which it will be sent in its turn, by this process or the next.
    case spooled
    /// With a recovery handler of the user's.
    case recovered
}

/// A message that was accepted and that nobody has taken.
public struct SendError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is known of it.
    public enum Persistence: String, Hashable, Sendable {
        /// It does not stand in its topic, and never will.
        case notWritten = "not-written"
        /// It may stand in its topic.
        case ambiguous
    }

    /// What is known of it.
    public var persistence: Persistence
    /// Why it was given up.
    public var cause: SendCause
    /// The latest answer about it, and what the recovery handlers said.
    public var message: String

    /// An error about one message.
    public init(_ persistence: Persistence, _ cause: SendCause, _ message: String) {
        self.persistence = persistence
        self.cause = cause
        self.message = message
    }

    /// `not-written: MSG_SIZE_TOO_LARGE: Broker: Message size too large`.
    public var description: String { "\(persistence.rawValue): \(message)" }
}
