import CRDKafka
import Synchronization

/// Collects a consumer's rebalances for the drain in which they arrive. While the consumer closes it answers them itself, since
/// nobody drains any more and closing waits for the answers.
final class RebalanceInbox: Sendable {
    private struct State {
        var arrived: [RDKafkaRebalance] = []
        var closing = false
        var hasReceived = false
    }

    private let state = Mutex(State())

    func receive(
        _ client: OpaquePointer, _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
        let event: RDKafkaRebalance
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: event = .assign(PartitionList.partitions(list))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let partitions = PartitionList.partitions(list)
            event = rd_kafka_assignment_lost(client) != 0 ? .lost(partitions) : .revoke(partitions)
        default: event = .lost(PartitionList.partitions(list))
        }
        let closing = state.withLock { state in
            state.hasReceived = true
            if !state.closing { state.arrived.append(event) }
            return state.closing
        }
        if closing { Self.giveUp(event, client) }
    }

    func take() -> [RDKafkaRebalance] {
        state.withLock { state in
            defer { state.arrived.removeAll(keepingCapacity: true) }
            return state.arrived
        }
    }

    /// Whether the group has ever answered.
    var hasReceived: Bool { state.withLock(\.hasReceived) }

    func close() { state.withLock { $0.closing = true } }

    /// Answers `event` so that nothing stays assigned because of it.
    static func giveUp(_ event: RDKafkaRebalance, _ client: OpaquePointer) {
        let error: OpaquePointer?
        switch (RDKafkaRebalanceProtocol(of: client), event) {
        case (.cooperative, .assign): error = PartitionList(capacity: 0).lend { rd_kafka_incremental_assign(client, $0) }
        case (.cooperative, .revoke(let partitions)), (.cooperative, .lost(let partitions)):
            error = incrementalUnassign(partitions, client)
        default:
            rd_kafka_assign(client, nil)
            error = nil
        }
        if let error { rd_kafka_error_destroy(error) }
    }

    /// Unassigns those of `partitions` that are assigned. One that is not makes librdkafka refuse all of them, and the rebalance would
    /// stay unanswered for ever; an empty list answers it.
    static func incrementalUnassign(_ partitions: [RDKafkaPartition], _ client: OpaquePointer) -> OpaquePointer? {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(client, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
            return PartitionList(partitions).lend { rd_kafka_incremental_unassign(client, $0) }
        }
        let assigned = Set(PartitionList(owning: list).partitions)
        return PartitionList(partitions.filter(assigned.contains)).lend { rd_kafka_incremental_unassign(client, $0) }
    }
}

extension RDKafkaRebalanceProtocol {
    init(of client: OpaquePointer) {
        switch rd_kafka_rebalance_protocol(client).map({ String(cString: $0) }) {
        case "EAGER": self = .eager
        case "COOPERATIVE": self = .cooperative
        default: self = .none
        }
    }
}
