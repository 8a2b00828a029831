/// A consumer group as its coordinator sees it.
public struct RDKafkaGroupDescription: Hashable, Sendable {
    /// One of its members.
    public struct Member: Hashable, Sendable {
        /// The id that the group gave it.
        public var memberId: String
        /// The client's `client.id`.
        public var clientId: String
        /// Its `group.instance.id`, if it is a static member.
        public var groupInstanceId: String?
        /// Where it connects from.
        public var host: String
        /// The partitions that it has.
        public var assignment: [RDKafkaPartition]
    }

    /// What the group is doing. A group that never was is `dead`.
    public enum State: Hashable, Sendable {
        /// Not told by the broker.
        case unknown
        /// Waiting for members to join.
        case preparingRebalance
        /// Waiting for the assignment.
        case completingRebalance
        /// All members have their partitions.
        case stable
        /// Gone, or never there.
        case dead
        /// It has offsets and no members.
        case empty
    }

    /// The group's id.
    public var groupId: String
    /// What it is doing.
    public var state: State
    /// The assignor that its members agreed on, `cooperative-sticky` for example.
    public var assignor: String
    /// Its members.
    public var members: [Member]
}
