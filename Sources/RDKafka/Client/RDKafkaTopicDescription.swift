/// What a broker says of a topic that exists.
public struct RDKafkaTopicDescription: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How many partitions it has.
    public var partitionCount: Int
    /// On how many brokers each of them is kept.
    public var replicationFactor: Int

    /// A topic's description.
    public init(name: String, partitionCount: Int, replicationFactor: Int) {
        self.name = name
        self.partitionCount = partitionCount
        self.replicationFactor = replicationFactor
    }
}
