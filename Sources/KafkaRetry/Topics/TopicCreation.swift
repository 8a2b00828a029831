import RetryCore

/// A topic that is to be made.
public struct TopicCreation: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var role: TopicRole
    /// How many partitions it gets.
    public var partitions: Int
    /// How many replicas each of them gets.
    public var replicationFactor: Int
    /// Its settings, by Kafka's names.
    public var settings: [String: String]

    /// Room for what a record's headers grow by, with a margin, in bytes.
    static let roomForHeaders: Int64 = 16 << 10
    /// What a record's headers grow by at most, in bytes.
    static let largestGrowth: Int64 = 8 << 10

    /// The retry or dead letter topic `name` of `source`.
    ///
    /// A retry topic keeps records for twice the horizon and a week: waiting ones are moved to its end long before, and a week
    /// without any listener does no harm. A dead letter topic keeps them for ever.
    init(_ role: TopicRole, name: String, of source: TopicFacts, horizon: Duration) {
        self.name = name
        self.role = role
        partitions = source.partitions
        replicationFactor = source.replicationFactor
        settings = ["cleanup.policy": "delete", "retention.bytes": "-1", "retention.ms": "-1"]
        if role == .retry {
            let (twice, overflow) = horizon.roundedUpMilliseconds.multipliedReportingOverflow(by: 2)
            let (sum, overflowed) = twice.addingReportingOverflow(7 * 86_400_000)
            settings["retention.ms"] = overflow || overflowed ? "-1" : String(sum)
        }
        if let bytes = source.maxMessageBytes {
            // The broker keeps it in 32 bits.
            settings["max.message.bytes"] = String(min(max(0, bytes), Int64(Int32.max) - Self.roomForHeaders) + Self.roomForHeaders)
        }
    }
}
