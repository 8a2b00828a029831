/// What a client tells on the side. Each closure is called on a thread of librdkafka or on the one that serves the client: it must
/// be quick, must not wait, and must not call the client.
public struct RDKafkaObserver: Sendable {
    /// A line of librdkafka's log. Called on any thread.
    public var log: (@Sendable (RDKafkaLogLine) -> Void)?
    /// librdkafka's statistics, a JSON object, every `statistics.interval.ms`.
    public var statistics: (@Sendable (_ json: String) -> Void)?
    /// An error that concerns no single call: all brokers down, credentials refused, a fatal one. librdkafka goes on trying, except
    /// after a fatal one.
    public var error: (@Sendable (RDKafkaError) -> Void)?
    /// A broker delayed an answer because of a quota.
    public var throttle: (@Sendable (_ broker: String, _ delay: Duration) -> Void)?

    /// An observer of those that are given; the rest is dropped, logs included.
    public init(
        log: (@Sendable (RDKafkaLogLine) -> Void)? = nil, statistics: (@Sendable (_ json: String) -> Void)? = nil,
        error: (@Sendable (RDKafkaError) -> Void)? = nil, throttle: (@Sendable (_ broker: String, _ delay: Duration) -> Void)? = nil
    ) {
        self.log = log
        self.statistics = statistics
        self.error = error
        self.throttle = throttle
    }
}

/// One line of librdkafka's log.
public struct RDKafkaLogLine: Hashable, Sendable {
    /// syslog's level: 0 emergency, 3 error, 4 warning, 5 notice, 6 info, 7 debug.
    public var level: Int
    /// librdkafka's word for what it is about, `FAIL` or `CONFWARN` for example.
    public var facility: String
    /// The text.
    public var message: String

    /// A line.
    public init(level: Int, facility: String, message: String) {
        self.level = level
        self.facility = facility
        self.message = message
    }
}
