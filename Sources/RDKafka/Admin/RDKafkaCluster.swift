import CRDKafka

extension RDKafkaAdmin {
    /// Every topic that this client may see, by name.
    public func topics(timeout: Duration) throws(RDKafkaError) -> [RDKafkaTopicDescription] {
        try metadata(timeout: timeout) { metadata in
            UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).compactMap { topic in
                guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic else { return nil }
                let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                return RDKafkaTopicDescription(
                    name: String(cString: name), partitionCount: partitions.count,
                    replicationFactor: Int(partitions.map(\.replica_cnt).max() ?? 0))
            }
        }.sorted { $0.name < $1.name }
    }

    /// A broker's own configuration by name, that of the first broker in the cluster's list.
    public func brokerConfiguration(timeout: Duration) throws(RDKafkaError) -> [String: RDKafkaTopicSetting] {
        let brokers = try metadata(timeout: timeout) { metadata in
            UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map(\.id)
        }
        guard let broker = brokers.first, let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, String(broker)) else {
            throw RDKafkaError(.allBrokersDown)
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        var resources: [OpaquePointer?] = [resource]
        return try request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout: timeout) { options, queue in
            rd_kafka_DescribeConfigs(client.raw, &resources, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count > 0, let described = results?.pointee else { return [:] }
            try RDKafkaError.check(
                rd_kafka_ConfigResource_error(described), rd_kafka_ConfigResource_error_string(described).map { String(cString: $0) })
            return Self.settings(described)
        }
    }

    private func metadata<Answer>(
        timeout: Duration, _ read: (rd_kafka_metadata) -> Answer
    ) throws(RDKafkaError) -> Answer {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try RDKafkaError.check(rd_kafka_metadata(client.raw, 1, nil, &answer, timeout.timeoutMilliseconds))
        defer { rd_kafka_metadata_destroy(answer) }
        guard let metadata = answer?.pointee else { throw RDKafkaError(.timedOut) }
        return read(metadata)
    }
}
