import CRDKafka

extension RDKafkaAdmin {
    /// Partitions and replicas of a topic; `nil` if there is no such topic.
    public func describe(topic: String, timeout: Duration) throws(RDKafkaError) -> RDKafkaTopicDescription? {
        do throws(RDKafkaError) { return try client.describe(topic: topic, timeout: timeout) } catch {
            if error.code == .unknownTopicOrPart || error.code == .unknownTopic { return nil }
            throw error
        }
    }

    /// Creates a topic, and waits until its controller has it on all brokers.
    ///
    /// - Parameter validateOnly: only ask whether it could be created.
    /// - Throws: `topicAlreadyExists`, `invalidConfig`, `policyViolation` and what else the broker has against it, in its words.
    public func create(_ topic: RDKafkaNewTopic, validateOnly: Bool = false, timeout: Duration) throws(RDKafkaError) {
        var reason = [CChar](repeating: 0, count: 256)
        guard
            let new = rd_kafka_NewTopic_new(
                topic.name, Int32(clamping: topic.partitionCount ?? -1), Int32(clamping: topic.replicationFactor ?? -1), &reason,
                reason.count)
        else {
            throw RDKafkaError(
                .invalidArgument,
                message: "topic \(topic.name): \(String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))")
        }
        defer { rd_kafka_NewTopic_destroy(new) }
        for (name, value) in topic.configuration { try RDKafkaError.check(rd_kafka_NewTopic_set_config(new, name, value)) }
        var topics: [OpaquePointer?] = [new]
        try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout: timeout, validateOnly: validateOnly) { options, queue in
            rd_kafka_CreateTopics(client.raw, &topics, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            try Self.check(results, count)
        }
    }

    /// Deletes a topic and all that it holds; for some milliseconds brokers may still tell of it. Throws `unknownTopicOrPart` if there is none.
    public func delete(topic: String, timeout: Duration) throws(RDKafkaError) {
        guard let old = rd_kafka_DeleteTopic_new(topic) else { throw RDKafkaError(.invalidArgument) }
        defer { rd_kafka_DeleteTopic_destroy(old) }
        var topics: [OpaquePointer?] = [old]
        try request(RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout: timeout) { options, queue in
            rd_kafka_DeleteTopics(client.raw, &topics, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            try Self.check(results, count)
        }
    }

    /// Gives a topic more partitions: `total` in the end. Throws `invalidPartitions` if that is no more than it has.
    public func createPartitions(topic: String, total: Int, validateOnly: Bool = false, timeout: Duration) throws(RDKafkaError) {
        var reason = [CChar](repeating: 0, count: 256)
        guard let new = rd_kafka_NewPartitions_new(topic, max(0, total), &reason, reason.count) else {
            throw RDKafkaError(.invalidPartitions, message: "topic \(topic): \(total) partitions cannot be")
        }
        defer { rd_kafka_NewPartitions_destroy(new) }
        var partitions: [OpaquePointer?] = [new]
        try request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeout: timeout, validateOnly: validateOnly) { options, queue in
            rd_kafka_CreatePartitions(client.raw, &partitions, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count)
            try Self.check(results, count)
        }
    }

    /// Deletes the records below these offsets, and says where each log starts now.
    public func deleteRecords(
        before offsets: [RDKafkaPartition: Int64], timeout: Duration
    ) throws(RDKafkaError) -> [RDKafkaPartition: Int64] {
        let list = PartitionList(offsets.mapValues { .offset($0) })
        guard let request = list.lend({ rd_kafka_DeleteRecords_new($0) }) else { throw RDKafkaError(.invalidArgument) }
        defer { rd_kafka_DeleteRecords_destroy(request) }
        var requests: [OpaquePointer?] = [request]
        return try self.request(RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout: timeout) { options, queue in
            rd_kafka_DeleteRecords(client.raw, &requests, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            let results = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
            guard let copy = rd_kafka_topic_partition_list_copy(results) else { return [:] }
            let answers = PartitionList(owning: copy)
            try answers.checkEach()
            return answers.reading { $0.offset }
        }
    }

    private static func check(_ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) throws(RDKafkaError) {
        for result in UnsafeBufferPointer(start: results, count: results == nil ? 0 : count) {
            guard let result else { continue }
            let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? ""
            let code = rd_kafka_topic_result_error(result)
            let reason = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            try RDKafkaError.check(code, "topic \(name): \(reason ?? String(cString: rd_kafka_err2str(code)))")
        }
    }
}
