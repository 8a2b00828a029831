/// What became of all that a producer was given: `read + replayed` is the sum of the rest, once it is closed.
public struct ProducerAccount: Hashable, Sendable {
    /// Accepted from callers.
    public var read = 0
    /// Taken up from the spool.
    public var replayed = 0
    /// Acknowledged by all in-sync replicas.
    public var delivered = 0
    /// Given up into dead letter topics.
    public var deadLettered = 0
    /// Put into the spool, or left there.
    public var spooled = 0
    /// Taken by other recovery handlers.
    public var recovered = 0
    /// Not written, and taken by nobody.
    public var failed = 0
    /// Perhaps written.
    public var ambiguous = 0
    /// Of the delivered and the spooled, those of which an earlier copy may stand in the topic.
    public var possiblyTwice = 0

    /// Nothing yet.
    public init() {}

    /// What has ended.
    public var ended: Int { delivered + deadLettered + spooled + recovered + failed + ambiguous }
}
