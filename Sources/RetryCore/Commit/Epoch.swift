/// Which stay of a partition with this member an outcome belongs to. Kafka accepts offsets of partitions that a member does not
/// own (measured), so that outcomes of an earlier stay have to be told apart here.
///
/// A revocation need not change it: it is acknowledged only when no batch holds the partition.
public struct Epoch: Hashable, Sendable {
    /// Counts assignments and losses.
    var assignment: Int
    /// Counts how often what was known of the partition was dropped within one assignment.
    var incarnation = 0
}
