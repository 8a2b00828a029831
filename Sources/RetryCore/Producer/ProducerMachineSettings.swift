/// What a ``ProducerMachine`` needs to know.
public struct ProducerMachineSettings: Sendable {
    /// What becomes of a message of which is not known whether it was written.
    public enum OnAmbiguous: String, CaseIterable, Hashable, Sendable {
        /// It is sent again until its deadline, and then goes to recovery: it may be there twice.
        case retry
        /// It goes to recovery, but not to the spool, which would send it again.
        case recover
        /// Its send fails as ambiguous.
        case fail
    }

    /// What becomes of a message that is sent while the breaker is open.
    public enum WhenOpen: String, CaseIterable, Hashable, Sendable {
        /// It waits, until its deadline.
        case wait
        /// It goes to recovery at once.
        case recover
        /// Its send fails at once.
        case fail
    }

    /// How often and how soon a message is sent again whose failure was reported.
    public var policy = RetryPolicy.standard
    /// What becomes of what may have been written.
    public var onAmbiguous = OnAmbiguous.retry
    /// What becomes of messages while the breaker is open.
    public var whenOpen = WhenOpen.wait
    /// When it opens.
    public var breaker = SendBreakerSettings()
    /// Retries for each message, as a share of 1.
    public var retryShare = 0.2
    /// Retries that are saved up.
    public var retryReserve = 1_000
    /// Whether given-up messages may end in a spool, which keeps the order of their lanes.
    public var hasSpool = false
    /// The most messages of one lane in librdkafka's hands.
    public var laneWindow = 20_000
    /// The most messages in librdkafka's hands.
    public var window = 100_000
    /// The most bytes in librdkafka's hands.
    public var windowBytes = 64 << 20

    /// The defaults.
    public init() {}
}
