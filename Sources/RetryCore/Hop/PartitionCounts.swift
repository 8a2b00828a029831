/// How many partitions the topics have that a hop may write to.
public struct PartitionCounts: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var counts: [String: Int32]

    /// These counts by topic name; of a name that is given twice the last counts.
    public init(_ counts: [String: Int32]) { self.counts = counts }

    /// These counts by topic name; of a name that is given twice the last counts.
    public init(dictionaryLiteral counts: (String, Int32)...) { self.init(Dictionary(counts) { _, last in last }) }

    /// Takes over what `news` tells; of topics that it does not name the count stays.
    public mutating func update(with news: PartitionCounts) { counts.merge(news.counts) { _, new in new } }

    /// The topic's count, or `nil` while it is not known.
    public subscript(topic: String) -> Int32? {
        get { counts[topic] }
        set { counts[topic] = newValue }
    }
}
