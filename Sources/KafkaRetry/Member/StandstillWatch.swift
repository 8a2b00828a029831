import RDKafka

/// Notices that the process stood still for so long that others may have its partitions by now: it was frozen, or its machine slept.
///
/// librdkafka learns that from its first heartbeat afterwards, or from its own clock; what was fetched before is handed out meanwhile.
struct StandstillWatch: Sendable {
    /// From here on the group may have given up this member.
    let bound: Duration
    /// So long after a standstill it is known whether it did.
    let pause: Duration
    private var lastPass: ContinuousClock.Instant

    init(bound: Duration, pause: Duration, now: ContinuousClock.Instant = .now) {
        (self.bound, self.pause, lastPass) = (bound, pause, now)
    }

    /// For a member of this configuration.
    init(_ configuration: RDKafkaConfiguration, now: ContinuousClock.Instant = .now) {
        func time(_ name: String, _ standard: Int64) -> Duration {
            .milliseconds(configuration[name].flatMap { Int64($0) } ?? standard)
        }
        let heartbeat = time("heartbeat.interval.ms", 3_000)
        // The latest heartbeat may have been that long before the standstill.
        self.init(bound: max(heartbeat, time("session.timeout.ms", 45_000) - heartbeat), pause: heartbeat, now: now)
    }

    /// To be asked more often than ``bound``. Answers how long the process stood still, if that was too long.
    mutating func pass(_ now: ContinuousClock.Instant = .now) -> Duration? {
        defer { lastPass = now }
        let gap = now - lastPass
        return gap >= bound ? gap : nil
    }
}
