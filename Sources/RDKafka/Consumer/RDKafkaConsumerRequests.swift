import CRDKafka

/// What may be asked of the brokers for a consumer from any thread, while another drains it. All of it blocks.
///
/// It keeps the consumer's client alive: release it before the consumer is expected to be gone.
public struct RDKafkaConsumerRequests: Sendable {
    let client: ClientHandle

    /// What a group has committed for a partition.
    public struct Committed: Hashable, Sendable {
        /// The next offset to read; `nil` if the group has committed none.
        public var offset: Int64?
        /// The text that was committed with it, byte for byte as the broker gives it.
        public var metadata: [UInt8]
        /// Why the broker has no answer for this partition.
        public var error: RDKafkaError?
    }

    /// The group's committed offsets. On a read_committed handle it waits while a transaction holds them; a read_uncommitted one
    /// answers the old ones at once. (Measured: a time-out leaves every partition looking as if nothing was committed, hence it is thrown.)
    public func committed(
        _ partitions: [RDKafkaPartition], timeout: Duration
    ) throws(RDKafkaError) -> [RDKafkaPartition: Committed] {
        let list = PartitionList(partitions)
        try RDKafkaError.check(list.lend { rd_kafka_committed(client.raw, $0, timeout.timeoutMilliseconds) })
        return list.reading { Committed($0) }
    }

    /// Commits these offsets for the group, and waits for the broker. Partitions that are not named are left alone.
    public func commit(_ offsets: [RDKafkaOffset]) throws(RDKafkaError) {
        let list = try PartitionList(offsets)
        let code = list.lend { rd_kafka_commit(client.raw, $0, 0) }
        try list.checkEach()
        try RDKafkaError.check(code)
    }

    /// A partition's first offset and the one behind its last, from the broker.
    public func queryWatermarkOffsets(_ partition: RDKafkaPartition, timeout: Duration) throws(RDKafkaError) -> RDKafkaWatermarks {
        try client.queryWatermarkOffsets(partition, timeout: timeout)
    }

    /// The same as the last fetch saw them, without asking the broker and without blocking; `nil` if there was none yet.
    public func cachedWatermarkOffsets(_ partition: RDKafkaPartition) -> RDKafkaWatermarks? {
        var low: Int64 = -1
        var high: Int64 = -1
        let code = rd_kafka_get_watermark_offsets(client.raw, partition.topic, partition.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? RDKafkaWatermarks(low: max(0, low), high: high) : nil
    }

    /// Per partition the first offset whose record is not older than that time, in milliseconds since 1970; `nil` if there is none.
    public func offsets(
        forTimes times: [RDKafkaPartition: Int64], timeout: Duration
    ) throws(RDKafkaError) -> [RDKafkaPartition: Int64?] {
        let list = PartitionList(capacity: times.count)
        for (partition, time) in times { list.add(partition).pointee.offset = time }
        try RDKafkaError.check(list.lend { rd_kafka_offsets_for_times(client.raw, $0, timeout.timeoutMilliseconds) })
        try list.checkEach()
        return list.reading { $0.offset < 0 ? nil : $0.offset }
    }

    /// Partitions and replicas of a topic. Throws `unknownTopicOrPart` if there is no such topic.
    public func describe(topic: String, timeout: Duration) throws(RDKafkaError) -> RDKafkaTopicDescription {
        try client.describe(topic: topic, timeout: timeout)
    }

    /// The error that made the consumer unusable, if one has. Does not block.
    public var fatalError: RDKafkaError? { client.fatalError }
}

extension RDKafkaConsumerRequests.Committed {
    init(_ element: rd_kafka_topic_partition_t) {
        offset = element.offset < 0 ? nil : element.offset
        metadata = Array(UnsafeRawBufferPointer(start: element.metadata, count: element.metadata == nil ? 0 : element.metadata_size))
        error = RDKafkaError(element.err)
    }
}

extension ClientHandle {
    /// Not by `rd_kafka_query_watermark_offsets`, which goes on asking a leader that is gone, whatever its time-out says (measured).
    func queryWatermarkOffsets(
        _ partition: RDKafkaPartition, timeout: Duration
    ) throws(RDKafkaError) -> RDKafkaWatermarks {
        let end = ContinuousClock.now + timeout
        let low = try logOffset(of: partition, at: .beginning, timeout: timeout)
        let high = try logOffset(of: partition, at: .end, timeout: max(.zero, end - .now))
        return .init(low: low, high: high)
    }

    /// The broker takes the numbers of logical offsets for times.
    private func logOffset(of partition: RDKafkaPartition, at end: RDKafkaStart, timeout: Duration) throws(RDKafkaError) -> Int64 {
        let list = PartitionList([partition: end])
        try RDKafkaError.check(list.lend { rd_kafka_offsets_for_times(raw, $0, timeout.timeoutMilliseconds) })
        try list.checkEach()
        guard let offset = list.reading({ $0.offset })[partition], offset >= 0 else { throw RDKafkaError(.timedOut) }
        return offset
    }
}
