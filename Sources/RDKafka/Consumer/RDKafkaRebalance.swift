/// What the group has decided about this member's partitions.
///
/// An event need not be answered at once: an answer 3 s after the drain works, for each of them and with both protocols. Until then
/// (each seen with librdkafka 2.0.2 and Kafka 4.3.1):
///
/// - **Nothing is fetched**, from any assigned partition, also those that the event does not name. The answer lets it go on from where the
///   application stood: nothing is lost or read twice. Answer soon what can be answered soon.
/// - The next rebalance waits: with an eager assignor the whole group, with a cooperative one what is to move. The broker
///   waits for the longest `max.poll.interval.ms` of all members, then puts the member out.
/// - **A lost membership is not told**, and `_MAX_POLL_EXCEEDED` neither. `memberId` becomes `nil`, within a heartbeat of the broker's refusal, and nothing else is
///   seen. So look at `memberId` before answering an `assign` late: if it is not what it was when the event came, answer with nothing, `incrementalAssign([:])` or
///   `assign([:])`. An answer with the event's partitions would read another member's for a heartbeat.
/// - Either answer is followed, within a heartbeat, by `lost` with the partitions that the group had given, assigned or not, and, once that has been answered
///   (`incrementalUnassign` with its partitions, `unassign`), by a new membership and a new `assign`.
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
