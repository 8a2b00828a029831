import RDKafka

/// A topic as the cluster describes it.
public struct TopicFacts: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How many partitions it has.
    public var partitions: Int
    /// How many replicas its partitions have, the smallest number if they differ.
    public var replicationFactor: Int
    /// Its settings as they apply to it, the broker's defaults included, by Kafka's names.
    public var settings: [String: String]

    /// The topic `name`.
    public init(name: String, partitions: Int, replicationFactor: Int, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.settings = settings
    }

    /// The largest batch that it takes, in bytes; `nil` if the cluster does not say.
    public var maxMessageBytes: Int64? { settings["max.message.bytes"].flatMap { Int64($0) } }
    /// How long it keeps records, in milliseconds; -1 is for ever, `nil` if the cluster does not say.
    public var retentionMilliseconds: Int64? { settings["retention.ms"].flatMap { Int64($0) } }
    /// How long it keeps records; `nil` is for ever, or not told.
    public var retention: Duration? {
        guard deletes, let kept = retentionMilliseconds, kept >= 0 else { return nil }
        return .milliseconds(kept)
    }
    /// How many bytes of a partition it keeps; -1 is all, `nil` if the cluster does not say.
    public var retentionBytes: Int64? { settings["retention.bytes"].flatMap { Int64($0) } }
    /// Whether it keeps only the latest record of a key.
    public var isCompacted: Bool {
        settings["cleanup.policy"]?.split(separator: ",").contains { $0.drop(while: { $0 == " " }).hasPrefix("compact") } ?? false
    }
    /// Whether old records are deleted from it.
    public var deletes: Bool { settings["cleanup.policy"]?.contains("delete") ?? true }
}

extension TopicFacts {
    init(_ description: RDKafkaTopicDescription, _ settings: [String: RDKafkaTopicSetting]) {
        self.init(
            name: description.name, partitions: description.partitionCount, replicationFactor: description.replicationFactor,
            settings: settings.compactMapValues(\.value))
    }
}
