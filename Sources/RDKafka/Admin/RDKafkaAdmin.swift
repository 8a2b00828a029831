import CRDKafka

/// What an operator asks of a cluster. Every call blocks until the brokers have answered or `timeout` is over, and may be made from any
/// thread, several at a time.
public final class RDKafkaAdmin: Sendable {
    let client: ClientHandle

    /// Makes a client; it connects in the background. It never creates a topic by asking about it.
    public init(_ configuration: RDKafkaConfiguration, observer: RDKafkaObserver = .init()) throws(RDKafkaConfigurationError) {
        var configuration = configuration
        configuration["allow.auto.create.topics"] = "false"
        // A consumer's handle without a group: a producer's may create topics by asking, whatever the configuration says.
        configuration["group.id"] = nil
        // librdkafka's default answers the last stable offset for a log's end, which hides open transactions.
        configuration["isolation.level"] = "read_uncommitted"
        client = try ClientHandle(RD_KAFKA_CONSUMER, configuration, ClientCallbacks(observer))
    }

    /// A partition's first offset and the one behind its last, those of open transactions included.
    public func queryWatermarkOffsets(
        _ partition: RDKafkaPartition, timeout: Duration
    ) throws(RDKafkaError) -> RDKafkaWatermarks {
        try client.queryWatermarkOffsets(partition, timeout: timeout)
    }

    /// The cluster's id, which stays when its brokers change.
    public func clusterId(timeout: Duration) throws(RDKafkaError) -> String {
        guard let text = rd_kafka_clusterid(client.raw, timeout.timeoutMilliseconds) else {
            throw RDKafkaError(.timedOut, message: "no broker told the cluster's id in time")
        }
        defer { rd_kafka_mem_free(client.raw, text) }
        return String(cString: text)
    }

    /// Submits a request on a queue of its own and reads its answer.
    func request<Answer>(
        _ operation: rd_kafka_admin_op_t, timeout: Duration, validateOnly: Bool = false,
        submit: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void,
        read: (_ event: OpaquePointer) throws(RDKafkaError) -> Answer
    ) throws(RDKafkaError) -> Answer {
        let milliseconds = max(1, timeout.timeoutMilliseconds)
        guard let options = rd_kafka_AdminOptions_new(client.raw, operation), let raw = rd_kafka_queue_new(client.raw) else {
            throw RDKafkaError(.state, message: "librdkafka has no such admin call")
        }
        defer { rd_kafka_AdminOptions_destroy(options) }
        let queue = QueueHandle(owning: raw, of: client)
        try RDKafkaError.check(rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0))
        if Self.hasOperationTimeout(operation) {
            // Without it the controller answers before the topic is there for everybody.
            try RDKafkaError.check(rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, nil, 0))
        }
        if validateOnly { try RDKafkaError.check(rd_kafka_AdminOptions_set_validate_only(options, 1, nil, 0)) }
        // librdkafka always answers, a time-out included; the second more is for that answer to arrive.
        let answer = withExtendedLifetime(queue) {
            submit(options, queue.raw)
            return rd_kafka_queue_poll(queue.raw, milliseconds.addingReportingOverflow(1_000).partialValue)
        }
        guard let event = answer else { throw RDKafkaError(.timedOut) }
        defer { rd_kafka_event_destroy(event) }
        try RDKafkaError.check(rd_kafka_event_error(event), rd_kafka_event_error_string(event).map { String(cString: $0) })
        return try read(event)
    }

    private static func hasOperationTimeout(_ operation: rd_kafka_admin_op_t) -> Bool {
        [
            RD_KAFKA_ADMIN_OP_CREATETOPICS, RD_KAFKA_ADMIN_OP_DELETETOPICS, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
            RD_KAFKA_ADMIN_OP_DELETERECORDS,
        ].contains(operation)
    }
}
