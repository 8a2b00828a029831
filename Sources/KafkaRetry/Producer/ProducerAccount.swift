/// What became of all that a producer was given: `read + replayed` is the sum of the rest, once it is closed.
public struct ProducerAccount: Hashable, Sendable {
    /// Accepted from callers.
    public var read = 0
    /// Taken up from the spool, where another process, or an earlier producer of this one, had left them.
    public var replayed = 0
    /// Acknowledged by all in-sync replicas.
    public var delivered = 0
    /// Given up into dead letter topics.
    public var deadLettered = 0
    /// Put into the spool, or left there, and not taken up again since.
    public var spooled = 0
    /// Taken by other recovery handlers.
    public var recovered = 0
    /// Not written, and taken by nobody.
    public var failed = 0
    /// Perhaps written.
    public var ambiguous = 0
    /// Of the delivered and the spooled, those of which an earlier copy may stand in their topic, and of the dead letters in theirs. At most
    /// so many do.
    public var possiblyTwice = 0

    /// Nothing yet.
    public init() {}

    /// All that it has to account for, each message once.
    public var accepted: Int { read + replayed }

    /// What has ended: `accepted`, once the producer is closed.
    public var ended: Int { delivered + deadLettered + spooled + recovered + failed + ambiguous }
}
