/// How far reading has come of what stood in the logs of retry partitions when they were given to this member.
public struct CatchUp: Hashable, Sendable {
    /// Offsets that were read or passed.
    public var read: Int64
    /// Offsets that there were.
    public var total: Int64

    /// So much of so much.
    public init(read: Int64, total: Int64) { (self.read, self.total) = (read, total) }
}

extension HopMachine {
    /// How far it has read what waits; the last offsets of a log may be control records, which are never read.
    public var catchUp: CatchUp {
        partitions.values.reduce(into: CatchUp(read: 0, total: 0)) { sum, partition in
            sum.total += partition.found.upperBound - partition.found.lowerBound
            sum.read += min(max(partition.progress.position, partition.found.lowerBound), partition.found.upperBound)
            sum.read -= partition.found.lowerBound
        }
    }
}
