import CRDKafka

/// librdkafka's in-process cluster: real sockets on 127.0.0.1, no disk, no Java. It has groups and offsets, and no transactions, no
/// read_committed, no admin calls, and 5 MiB a partition. Its topics are made by `createTopic`, or with 4 partitions when first asked for.
public final class MockCluster: @unchecked Sendable {
    // librdkafka's mock takes its own lock in every call, hence Sendable.
    private let client: ClientHandle
    private let raw: OpaquePointer

    /// Starts a cluster; it listens once this returns.
    public init(brokers: Int = 1) throws(RDKafkaError) {
        let configuration: RDKafkaConfiguration = ["client.id": "mock-cluster"]
        do { client = try ClientHandle(RD_KAFKA_PRODUCER, configuration, ClientCallbacks(RDKafkaObserver())) } catch {
            throw RDKafkaError(.invalidArgument, message: error.description)
        }
        guard let raw = rd_kafka_mock_cluster_new(client.raw, Int32(clamping: max(1, brokers))) else {
            throw RDKafkaError(.state, message: "the mock cluster did not start")
        }
        self.raw = raw
    }

    deinit { rd_kafka_mock_cluster_destroy(raw) }

    /// Where it listens, for `bootstrap.servers`.
    public var bootstrapServers: String { rd_kafka_mock_cluster_bootstraps(raw).map { String(cString: $0) } ?? "" }

    /// Makes a topic.
    public func createTopic(_ name: String, partitions: Int, replicationFactor: Int = 1) throws(RDKafkaError) {
        try RDKafkaError.check(
            rd_kafka_mock_topic_create(raw, name, Int32(clamping: partitions), Int32(clamping: replicationFactor)),
            "mock topic \(name)")
    }

    /// Makes a broker (from 1) the leader of a partition.
    public func setLeader(of partition: RDKafkaPartition, broker: Int32) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_mock_partition_set_leader(raw, partition.topic, partition.partition, broker))
    }

    /// Lets every request of a topic fail with `code` until it is set to `nil`.
    public func setError(_ code: RDKafkaError.Code?, topic: String) {
        rd_kafka_mock_topic_set_error(raw, topic, code.map { rd_kafka_resp_err_t($0.rawValue) } ?? RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// Takes a broker (from 1) away, connections included, or brings it back.
    public func setBroker(_ broker: Int32, up: Bool) throws(RDKafkaError) {
        try RDKafkaError.check(up ? rd_kafka_mock_broker_set_up(raw, broker) : rd_kafka_mock_broker_set_down(raw, broker))
    }

    /// Delays every answer of a broker (from 1).
    public func setRoundTrip(_ broker: Int32, _ delay: Duration) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_mock_broker_set_rtt(raw, broker, delay.timeoutMilliseconds))
    }

    /// Lets the next requests of a kind (Kafka's API key: 0 produce, 1 fetch, 8 commit offsets) fail, one error each.
    public func failNext(apiKey: Int16, with codes: [RDKafkaError.Code]) {
        let errors = codes.map { rd_kafka_resp_err_t($0.rawValue) }
        rd_kafka_mock_push_request_errors_array(raw, apiKey, errors.count, errors)
    }

    /// The same for requests to one broker (from 1); `nil` lets one through.
    public func failNext(apiKey: Int16, of broker: Int32, with codes: [RDKafkaError.Code?]) throws(RDKafkaError) {
        for code in codes {
            let error = code.map { rd_kafka_resp_err_t($0.rawValue) } ?? RD_KAFKA_RESP_ERR_NO_ERROR
            try RDKafkaError.check(crdkafka_mock_push_broker_error(raw, broker, apiKey, error))
        }
    }
}
