/// What the group has decided about this member's partitions.
///
/// An event need not be answered at once. Until it is, the group's next step waits for this member: with an eager assignor the whole
/// group, with a cooperative one only the partitions that are to move.
public enum RDKafkaRebalance: Hashable, Sendable {
    /// These are this member's from now on: all of them (eager) or in addition (cooperative); possibly none. Answer with `assign` or
    /// `incrementalAssign`; nothing is read before.
    case assign([RDKafkaPartition])
    /// These are to be given up; they stay this member's until the answer, `unassign` or `incrementalUnassign`.
    case revoke([RDKafkaPartition])
    /// These are another's already: the member was away for too long. Answer as to `revoke`, and commit nothing for them.
    case lost([RDKafkaPartition])

    /// The partitions that it is about.
    public var partitions: [RDKafkaPartition] {
        switch self {
        case .assign(let partitions), .revoke(let partitions), .lost(let partitions): partitions
        }
    }
}

/// How a group moves partitions, as its members' assignor decides.
public enum RDKafkaRebalanceProtocol: Hashable, Sendable {
    /// Not a member of a group yet.
    case none
    /// Everything is given up and assigned anew: `range`, `roundrobin`.
    case eager
    /// Only what moves is given up: `cooperative-sticky`.
    case cooperative
}
