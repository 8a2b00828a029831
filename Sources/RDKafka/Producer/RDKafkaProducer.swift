import CRDKafka
import Synchronization

/// A producer, plain, idempotent or transactional, as its configuration says.
///
/// **Threads.** `produce`, `deliveryReports` and `outQueueLength` may be called from any thread. Transactional calls (in `RDKafkaTransactions.swift`) block and
/// belong on one thread of their own.
///
/// A record for partition -1 goes where the property `partitioner` says.
public final class RDKafkaProducer: Sendable {
    let client: ClientHandle
    private let reports: ReportInbox
    private let queue: QueueHandle
    private let topics = Mutex<[String: TopicHandle]>([:])

    /// Makes a producer; it connects in the background.
    ///
    /// - Parameter wakeUp: called on a thread of librdkafka when a report arrives at an empty queue: take the reports then. It must only
    ///   pass the news on: it runs under the queue's lock.
    /// - Throws: an error that names the property that librdkafka does not know or whose value it does not take.
    public init(
        _ configuration: RDKafkaConfiguration, observer: RDKafkaObserver = .init(), wakeUp: @escaping @Sendable () -> Void = {}
    ) throws(RDKafkaConfigurationError) {
        reports = ReportInbox()
        client = try ClientHandle(RD_KAFKA_PRODUCER, configuration, ClientCallbacks(observer, reports: reports))
        guard let queue = rd_kafka_queue_get_main(client.raw) else {
            throw RDKafkaConfigurationError(property: nil, reason: "librdkafka has no queue for reports")
        }
        self.queue = QueueHandle(owning: queue, of: client, wakeUp: wakeUp)
    }

    /// The topic's handle, made at its first use. Says nothing about whether the topic exists.
    public func topic(_ name: String) throws(RDKafkaError) -> RDKafkaTopic {
        if let known = topics.withLock({ $0[name] }) { return RDKafkaTopic(handle: known) }
        let made = try TopicHandle(client, name)
        topics.withLock { $0[name] = $0[name] ?? made }
        return RDKafkaTopic(handle: made)
    }

    /// Hands a record to librdkafka, which copies key and value and sends it in the background. Does not block.
    ///
    /// - Parameters:
    ///   - key: `nil` is Kafka's null.
    ///   - value: `nil` is Kafka's null.
    ///   - headers: left empty on success, and as they are when this throws, for another try.
    ///   - token: comes back in the record's report.
    ///   - timestamp: the record's, in milliseconds since 1970; 0 for now.
    /// - Throws: `queueFull` if there is no room: take the reports, then produce again. `msgSizeTooLarge`, `unknownPartition`, `unknownTopic`: this
    ///   record will not do; there is no report for it. `state` outside a transaction of a transactional producer. Fatal ones as their flags say.
    public func produce(
        to topic: RDKafkaTopic, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: inout RDKafkaHeaders, token: Int = 0, timestamp: Int64 = 0
    ) throws(RDKafkaError) {
        try headers.handOver { headers throws(RDKafkaError) in
            try RDKafkaError.check(
                crdkafka_produce(
                    client.raw, topic.handle.raw, partition, key?.baseAddress, key.map { Int64($0.count) } ?? -1, value?.baseAddress,
                    value.map { Int64($0.count) } ?? -1, headers, token, timestamp))
        }
    }

    /// The same for a record without headers.
    public func produce(
        to topic: RDKafkaTopic, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, token: Int = 0
    ) throws(RDKafkaError) {
        var none = RDKafkaHeaders()
        try produce(to: topic, partition: partition, key: key, value: value, headers: &none, token: token)
    }

    /// Takes the reports that have arrived, and serves the producer's other callbacks. Does not block.
    public func deliveryReports() -> [RDKafkaDeliveryReport] {
        rd_kafka_poll(client.raw, 0)
        return reports.take()
    }

    /// How many records, requests and reports wait; 0 once all is delivered and reported.
    public var outQueueLength: Int { Int(rd_kafka_outq_len(client.raw)) }

    /// Waits until every record is delivered or has failed; the reports are there afterwards. Blocking. Throws `timedOut` if not all are.
    public func flush(timeout: Duration) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_flush(client.raw, timeout.timeoutMilliseconds))
    }

    /// Gives up records that wait, and those in flight if told so: each gets a report that says `purgedInQueue` (not persisted) or `purgedInFlight`
    /// (possibly persisted). Take the reports afterwards.
    public func purge(inFlight: Bool) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_purge(client.raw, RD_KAFKA_PURGE_F_QUEUE | (inFlight ? RD_KAFKA_PURGE_F_INFLIGHT : 0)))
    }

    /// Partitions and replicas of a topic. Blocking. Throws `unknownTopicOrPart` if there is none (a broker with
    /// `auto.create.topics.enable` may create it, as it may for a record).
    public func describe(topic: String, timeout: Duration) throws(RDKafkaError) -> RDKafkaTopicDescription {
        try client.describe(topic: topic, timeout: timeout)
    }

    /// Asks for the cluster's metadata, so that the first transaction does not wait for it (measured: its commit takes 7.5 ms in place of 1 s).
    /// Call it after `topic(_:)` for those that will be written. Blocking.
    public func primeMetadata(timeout: Duration) throws(RDKafkaError) {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try RDKafkaError.check(rd_kafka_metadata(client.raw, 0, nil, &answer, timeout.timeoutMilliseconds))
        rd_kafka_metadata_destroy(answer)
    }

    /// The error that made the producer unusable, if one has.
    public var fatalError: RDKafkaError? { client.fatalError }
}
