/// A partition's first offset and the one behind its last.
public struct RDKafkaWatermarks: Hashable, Sendable {
    /// The log's start.
    public var low: Int64
    /// The log's end; the last stable offset on a read_committed handle.
    public var high: Int64

    /// From `low` up to `high`, exclusive.
    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
