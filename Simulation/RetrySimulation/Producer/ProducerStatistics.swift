/// What runs of the producer did, so that a set of runs can be seen to have reached what it should.
public struct ProducerStatistics: Sendable, CustomStringConvertible {
    /// Messages that callers sent.
    public var messages = 0
    /// Copies in the logs.
    public var written = 0
    /// Copies beyond the first.
    public var duplicates = 0
    /// Messages in the dead letter topic.
    public var deadLetters = 0
    /// Messages put into the spool, and read from it.
    public var spooled = 0
    /// Messages read from the spool.
    public var replayed = 0
    /// Messages that a full spool did not take.
    public var spoolFull = 0
    /// Messages that failed, not written.
    public var failed = 0
    /// Messages that may have been written.
    public var ambiguous = 0
    /// Times at which messages were taken back.
    public var purges = 0
    /// Breakers that opened.
    public var breakersOpened = 0
    /// Instances made anew.
    public var renewals = 0
    /// Messages that librdkafka did not take.
    public var notTaken = 0
    /// Times at which the number of partitions changed.
    public var repartitions = 0
    /// Processes that were killed, and that were closed.
    public var crashes = 0
    /// Processes that were closed.
    public var closes = 0

    /// Nothing yet.
    public init() {}

    /// All of it, in words.
    public var description: String {
        """
        \(messages) messages, \(written) written (\(duplicates) twice), \(deadLetters) dead letters, \(spooled) spooled, \(replayed) replayed, \
        \(spoolFull) times no room in the spool, \(failed) failed, \(ambiguous) ambiguous, \(purges) purges, \(breakersOpened) breakers opened, \
        \(renewals) instances made anew, \(notTaken) not taken, \(repartitions) repartitions, \(crashes) crashes, \(closes) closes
        """
    }

    /// Adds another run's.
    public mutating func add(_ other: ProducerStatistics) {
        messages += other.messages
        written += other.written
        duplicates += other.duplicates
        deadLetters += other.deadLetters
        spooled += other.spooled
        replayed += other.replayed
        spoolFull += other.spoolFull
        failed += other.failed
        ambiguous += other.ambiguous
        purges += other.purges
        breakersOpened += other.breakersOpened
        renewals += other.renewals
        notTaken += other.notTaken
        repartitions += other.repartitions
        crashes += other.crashes
        closes += other.closes
    }
}
