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

    func metadata<Answer>(
        timeout: Duration, _ read: (rd_kafka_metadata) -> Answer
    ) throws(RDKafkaError) -> Answer {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try RDKafkaError.check(rd_kafka_metadata(client.raw, 1, nil, &answer, timeout.timeoutMilliseconds))
        defer { rd_kafka_metadata_destroy(answer) }
        guard let metadata = answer?.pointee else { throw RDKafkaError(.timedOut) }
        return read(metadata)
    }
}
