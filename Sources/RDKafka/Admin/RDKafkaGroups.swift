import CRDKafka

extension RDKafkaAdmin {
    /// A group's state and members. A group that does not exist is `dead` and has none.
    public func describeGroup(_ group: String, timeout: Duration) throws(RDKafkaError) -> RDKafkaGroupDescription {
        try request(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout: timeout) { options, queue in
            group.withCString { name in
                var names: [UnsafePointer<CChar>?] = [name]
                rd_kafka_DescribeConsumerGroups(client.raw, &names, 1, options, queue)
            }
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count)
            guard count > 0, let description = results?.pointee else { throw RDKafkaError(.groupIdNotFound) }
            if let error = rd_kafka_ConsumerGroupDescription_error(description), rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw RDKafkaError(borrowing: error)
            }
            return RDKafkaGroupDescription(group, description)
        }
    }

    /// Deletes a group without members, and its offsets. Throws `nonEmptyGroup` or `groupIdNotFound`.
    public func deleteGroup(_ group: String, timeout: Duration) throws(RDKafkaError) {
        guard let old = rd_kafka_DeleteGroup_new(group) else { throw RDKafkaError(.invalidArgument) }
        defer { rd_kafka_DeleteGroup_destroy(old) }
        var groups: [OpaquePointer?] = [old]
        try request(RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout: timeout) { options, queue in
            rd_kafka_DeleteGroups(client.raw, &groups, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)
            guard count > 0, let result = results?.pointee, let error = rd_kafka_group_result_error(result) else { return }
            throw RDKafkaError(borrowing: error)
        }
    }
}

extension RDKafkaGroupDescription {
    fileprivate init(_ group: String, _ raw: OpaquePointer) {
        groupId = group
        assignor = text(rd_kafka_ConsumerGroupDescription_partition_assignor(raw)) ?? ""
        switch rd_kafka_ConsumerGroupDescription_state(raw) {
        case RD_KAFKA_CONSUMER_GROUP_STATE_PREPARING_REBALANCE: state = .preparingRebalance
        case RD_KAFKA_CONSUMER_GROUP_STATE_COMPLETING_REBALANCE: state = .completingRebalance
        case RD_KAFKA_CONSUMER_GROUP_STATE_STABLE: state = .stable
        case RD_KAFKA_CONSUMER_GROUP_STATE_DEAD: state = .dead
        case RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY: state = .empty
        default: state = .unknown
        }
        members = (0..<rd_kafka_ConsumerGroupDescription_member_count(raw)).compactMap { index in
            rd_kafka_ConsumerGroupDescription_member(raw, index).map(Member.init)
        }
    }
}

extension RDKafkaGroupDescription.Member {
    fileprivate init(_ raw: OpaquePointer) {
        memberId = text(rd_kafka_MemberDescription_consumer_id(raw)) ?? ""
        clientId = text(rd_kafka_MemberDescription_client_id(raw)) ?? ""
        groupInstanceId = text(rd_kafka_MemberDescription_group_instance_id(raw)).flatMap { $0.isEmpty ? nil : $0 }
        host = text(rd_kafka_MemberDescription_host(raw)) ?? ""
        let partitions = rd_kafka_MemberDescription_assignment(raw).flatMap { rd_kafka_MemberAssignment_partitions($0) }
        assignment = partitions.map { PartitionList.partitions($0) } ?? []
    }
}

private func text(_ bytes: UnsafePointer<CChar>?) -> String? { bytes.map { String(cString: $0) } }
