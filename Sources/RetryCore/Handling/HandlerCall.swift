/// One call of a handler: a record, or a batch of one partition's records in the order of the log.
public struct HandlerCall: Sendable {
    /// A record, and which of its handlings this is.
    public struct Item: Sendable {
        /// The record as it was read.
        public var record: KafkaRecord
        /// Which retry this is, from 1; 0 for the first handling.
        public var retry: Int64
        /// Whether the policy allows no retry after this one.
        public var isLast: Bool
    }

    /// Counts calls; names this one in ``HopMachine/handled(_:outcomes:now:)``.
    public let id: Int
    /// Whose handler is called: the topic in which the records stood first.
    public let sourceTopic: KafkaTopic
    /// The partition that they are read from.
    public let place: TopicPartition
    /// One record, or as many as the handler takes at a time.
    public let items: [Item]
    /// When the call counts as failed if it has not answered.
    public let deadline: Timestamp?
    let epoch: Epoch
}
