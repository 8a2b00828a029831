/// One partition of one topic.
public struct RDKafkaPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// Partition `partition` of `topic`.
    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        left.topic == right.topic ? left.partition < right.partition : left.topic < right.topic
    }

    /// `PatientEvent-Retry[3]`.
    public var description: String { "\(topic)[\(partition)]" }
}

/// Where in a partition to begin.
public enum RDKafkaStart: Hashable, Sendable {
    /// At that offset.
    case offset(Int64)
    /// At the log's start.
    case beginning
    /// At the log's end (the last stable offset on a read_committed handle).
    case end
    /// At the group's committed offset, else as `auto.offset.reset` says.
    case committed
}

/// A partition's offset that is to be committed: the next one to read, and a text beside it.
public struct RDKafkaOffset: Hashable, Sendable {
    /// Whose offset.
    public var partition: RDKafkaPartition
    /// The offset of the next record to read.
    public var offset: Int64
    /// Kept with the offset by the broker, 4,096 bytes at most by default. ASCII survives exactly, invalid UTF-8 is rewritten by
    /// the broker, a NUL byte is refused here (measured: behind it, memory leaked into the broker's copy).
    public var metadata: [UInt8]

    /// `offset` of `partition`.
    public init(_ partition: RDKafkaPartition, _ offset: Int64, metadata: [UInt8] = []) {
        self.partition = partition
        self.offset = offset
        self.metadata = metadata
    }
}
