/// One partition of one topic. Each topic's name is kept for as long as the process lives: make none of what strangers may write.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    private var name: InternedName
    /// The partition's number, from 0.
    public var partition: Int32

    /// The topic's name.
    public var topic: String {
        get { name.text }
        set { name = InternedName(newValue) }
    }

    /// Partition `partition` of `topic`.
    public init(_ topic: String, _ partition: Int32) {
        name = InternedName(topic)
        self.partition = partition
    }

    /// Another partition of the same topic.
    func sibling(_ partition: Int32) -> Self {
        var sibling = self
        sibling.partition = partition
        return sibling
    }

    /// By topic, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        left.name == right.name ? left.partition < right.partition : left.topic < right.topic
    }

    /// `PatientEvent-Retry[3]`, as logs name it.
    public var description: String { "\(topic)[\(partition)]" }
}
