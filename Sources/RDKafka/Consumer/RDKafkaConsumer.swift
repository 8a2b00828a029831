import CRDKafka

/// A consumer: reads partitions that it is told or that a group gives it.
///
/// **Threads.** One thread (or one actor) owns it: it subscribes, drains, assigns, pauses, seeks and closes. librdkafka 2.0.2 loses and repeats
/// messages if any of these runs beside a drain, so the class is not Sendable. What may be asked of the broker meanwhile,
/// from any thread, is in `requests`.
///
/// **Serving.** It has to be drained at least every `max.poll.interval.ms`, paused or not, or it leaves its group. `wakeUp` says when there is something.
///
/// `enable.auto.commit` and `enable.auto.offset.store` are off unless the configuration says otherwise.
public final class RDKafkaConsumer {
    /// What may be called from any thread.
    public let requests: RDKafkaConsumerRequests

    private let client: ClientHandle
    private let rebalances: RebalanceInbox
    private let queue: QueueHandle
    private var topics = TopicNames()
    /// Delivered, and not yet answered by an assign or unassign.
    private var unanswered: RDKafkaRebalance?
    private var isSubscribed = false
    private var isClosed = false
    /// Whether librdkafka aborts the process if this is destroyed after it has joined and before it was first told what it gets.
    private let isFrailWhileJoining: Bool
    private var wasSubscribed = false

    /// Makes a consumer; it connects in the background.
    ///
    /// - Parameters:
    ///   - configuration: `bootstrap.servers` and `group.id` at least; the group's id is needed without a subscription too.
    ///   - wakeUp: called on a thread of librdkafka when something arrives at an empty queue: drain then, until a drain returns less
    ///     than its maximum. It must only pass the news on: it runs under the queue's lock.
    /// - Throws: an error that names the property that librdkafka does not know or whose value it does not take.
    public init(
        _ configuration: RDKafkaConfiguration, observer: RDKafkaObserver = .init(), wakeUp: @escaping @Sendable () -> Void = {}
    ) throws(RDKafkaConfigurationError) {
        guard configuration["group.id"]?.isEmpty == false else {
            throw RDKafkaConfigurationError(property: "group.id", reason: "a consumer needs one")
        }
        var configuration = configuration
        configuration.setDefault("enable.auto.commit", "false")
        configuration.setDefault("enable.auto.offset.store", "false")
        let strategy = configuration["partition.assignment.strategy"] ?? ""
        isFrailWhileJoining = strategy.contains("cooperative-sticky") && rd_kafka_version() < 0x0203_0000
        rebalances = RebalanceInbox()
        client = try ClientHandle(RD_KAFKA_CONSUMER, configuration, ClientCallbacks(observer, rebalances: rebalances))
        rd_kafka_poll_set_consumer(client.raw)
        guard let queue = rd_kafka_queue_get_consumer(client.raw) else {
            throw RDKafkaConfigurationError(property: "group.id", reason: "a consumer needs one")
        }
        self.queue = QueueHandle(owning: queue, of: client, wakeUp: wakeUp)
        requests = RDKafkaConsumerRequests(client: client)
    }

    /// librdkafka before 2.3.0 asserts that the cooperative-sticky assignor's state is there, which the first assignment makes
    /// (confluentinc/librdkafka#4312): a handle that would fail it is left behind, closed and idle, for as long as the process lives.
    deinit {
        if isFrailWhileJoining, wasSubscribed, !rebalances.hasReceived { _ = Unmanaged.passRetained(client) }
    }

    // MARK: Membership

    /// Joins the group for these topics. A name that starts with `^` is a regular expression. Does not block.
    public func subscribe(_ topics: [String]) throws(RDKafkaError) {
        let list = PartitionList(topics.map { RDKafkaPartition($0, RD_KAFKA_PARTITION_UA) })
        try RDKafkaError.check(list.lend { rd_kafka_subscribe(client.raw, $0) })
        (isSubscribed, wasSubscribed) = (true, true)
    }

    /// Leaves the group; a `revoke` follows. Does not block.
    public func unsubscribe() throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_unsubscribe(client.raw))
        isSubscribed = false
    }

    /// How the group rebalances, known once it has been joined.
    public var rebalanceProtocol: RDKafkaRebalanceProtocol { RDKafkaRebalanceProtocol(of: client.raw) }

    /// The member's id in the group; `nil` before it has joined, and once the group has put it out.
    public var memberId: String? {
        guard let text = rd_kafka_memberid(client.raw) else { return nil }
        defer { rd_kafka_mem_free(client.raw, text) }
        let id = String(cString: text)
        return id.isEmpty ? nil : id
    }

    /// The group, generation and member of now. Take it when a batch closes and send that batch's offsets with it: fetched later, it would
    /// let offsets of partitions through that are not this member's any more.
    ///
    /// - Throws: `unknownMemberId` if a subscribed consumer is no member at this moment. The broker would take offsets that name no member
    ///   for those of a tool outside the group, and fence nothing. Without a subscription there is no member, and none is asked for.
    public func groupMetadata() throws(RDKafkaError) -> RDKafkaGroupMetadata {
        let before = memberId
        guard let raw = rd_kafka_consumer_group_metadata(client.raw) else {
            throw RDKafkaError(.state, message: "the consumer has no group")
        }
        let metadata = RDKafkaGroupMetadata(owning: raw)
        // The membership can end on librdkafka's own thread while this is read.
        if isSubscribed, before == nil || before != memberId {
            throw RDKafkaError(.unknownMemberId, message: "the consumer is no member of its group at this moment")
        }
        return metadata
    }

    /// The error that made the consumer unusable, if one has.
    public var fatalError: RDKafkaError? { client.fatalError }

    // MARK: Assignment

    /// Reads exactly these partitions from now on: by hand, or as the answer to an eager `assign`. Those assigned before are dropped.
    public func assign(_ starts: [RDKafkaPartition: RDKafkaStart]) throws(RDKafkaError) {
        let list = PartitionList(starts)
        try answering { () throws(RDKafkaError) in try RDKafkaError.check(list.lend { rd_kafka_assign(client.raw, $0) }) }
    }

    /// Reads nothing from now on: the answer to an eager `revoke` or `lost`.
    public func unassign() throws(RDKafkaError) {
        try answering { () throws(RDKafkaError) in try RDKafkaError.check(rd_kafka_assign(client.raw, nil)) }
    }

    /// Reads these partitions as well: the answer to a cooperative `assign`, for an empty one too.
    public func incrementalAssign(_ starts: [RDKafkaPartition: RDKafkaStart]) throws(RDKafkaError) {
        let list = PartitionList(starts)
        try answering { () throws(RDKafkaError) in
            try RDKafkaError.check(list.lend { rd_kafka_incremental_assign(client.raw, $0) })
        }
    }

    /// Reads these partitions no more: the answer to a cooperative `revoke` or `lost`. Those that were never assigned are passed over, so
    /// that an event can be answered with its own partitions whatever was made of it.
    public func incrementalUnassign(_ partitions: [RDKafkaPartition]) throws(RDKafkaError) {
        try answering { () throws(RDKafkaError) in
            try RDKafkaError.check(RebalanceInbox.incrementalUnassign(partitions, client.raw))
        }
    }

    /// What is assigned, by hand or by an answer.
    public func assignment() throws(RDKafkaError) -> [RDKafkaPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        try RDKafkaError.check(rd_kafka_assignment(client.raw, &list))
        return list.map { PartitionList(owning: $0).partitions } ?? []
    }

    private func answering(_ call: () throws(RDKafkaError) -> Void) throws(RDKafkaError) {
        try call()
        unanswered = nil
    }

    // MARK: Reading

    /// Hands out what has arrived, without waiting: at most `max` messages, in order within a partition, then the rebalances.
    ///
    /// A batch's messages come first because all of them were fetched before the rebalances were answered. Both closures may call this
    /// consumer, `drain` and `close` excepted.
    ///
    /// - Returns: how many messages there were; if `max`, there may be more.
    @discardableResult
    public func drain(
        max: Int, rebalance: (RDKafkaRebalance) -> Void = { _ in }, message: (borrowing RDKafkaMessage) -> Void
    ) -> Int {
        guard max > 0 else { return 0 }
        let count = withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: max) { batch in
            let count = rd_kafka_consume_batch_queue(queue.raw, 0, batch.baseAddress, max)
            guard count > 0 else { return 0 }
            for case let raw? in batch[..<count] {
                let topic = topics.find(raw.pointee.rkt)
                message(RDKafkaMessage(raw, client: client.raw, topic: topic.name, topicIndex: topic.index))
                rd_kafka_message_destroy(raw)
            }
            return count
        }
        for event in rebalances.take() {
            unanswered = event
            rebalance(event)
        }
        return count
    }

    /// How many messages and events have arrived and wait for a drain.
    public var queuedCount: Int { rd_kafka_queue_length(queue.raw) }

    /// Has librdkafka look at once whether it may fetch more of these. Does not wait.
    ///
    /// 2.0.2 stops fetching while the queue is over `queued.min.messages` or `queued.max.messages.kbytes`, and then looks again only when
    /// something else happens on the broker's connection, or after a second (`fetch.queue.backoff.ms` came with 2.2). So each leader
    /// is asked for a log's end, and nobody waits for the answers.
    public func wakeFetcher(of partitions: [RDKafkaPartition]) {
        let list = PartitionList(capacity: partitions.count)
        for partition in partitions { list.add(partition).pointee.offset = Int64(RD_KAFKA_OFFSET_END) }
        _ = list.lend { rd_kafka_offsets_for_times(client.raw, $0, 0) }
    }

    /// Fetches these no more until `resume`; what waits in the consumer's queue for them is dropped and fetched again then.
    public func pause(_ partitions: [RDKafkaPartition]) throws(RDKafkaError) {
        let list = PartitionList(partitions)
        try RDKafkaError.check(list.lend { rd_kafka_pause_partitions(client.raw, $0) })
        try list.checkEach()
    }

    /// Fetches these again, from where the application stood.
    public func resume(_ partitions: [RDKafkaPartition]) throws(RDKafkaError) {
        let list = PartitionList(partitions)
        try RDKafkaError.check(list.lend { rd_kafka_resume_partitions(client.raw, $0) })
        try list.checkEach()
    }

    /// Goes on reading elsewhere in assigned partitions. With a `timeout` of zero it returns at once and says nothing of partitions
    /// that cannot; else it waits for all of them and throws the first failure.
    public func seek(_ starts: [RDKafkaPartition: RDKafkaStart], timeout: Duration = .zero) throws(RDKafkaError) {
        let list = PartitionList(starts)
        try RDKafkaError.check(list.lend { rd_kafka_seek_partitions(client.raw, $0, timeout.timeoutMilliseconds) })
        if timeout > .zero { try list.checkEach() }
    }

    /// The offset behind the last message handed out; `nil` where there was none.
    public func position(_ partitions: [RDKafkaPartition]) throws(RDKafkaError) -> [RDKafkaPartition: Int64?] {
        let list = PartitionList(partitions)
        try RDKafkaError.check(list.lend { rd_kafka_position(client.raw, $0) })
        try list.checkEach()
        return list.reading { $0.offset < 0 ? nil : $0.offset }
    }

    // MARK: Closing

    /// Leaves the group (a static member stays in it until its session times out) and stops reading. Rebalances that are not answered, and
    /// those to come, are answered here. Blocking, about `session.timeout.ms` at most. Nothing is committed. Calling it again does nothing.
    public func close() throws(RDKafkaError) {
        guard !isClosed else { return }
        isClosed = true
        rebalances.close()
        for event in rebalances.take() { unanswered = event }
        if let event = unanswered { RebalanceInbox.giveUp(event, client.raw) }
        unanswered = nil
        try RDKafkaError.check(rd_kafka_consumer_close(client.raw))
    }
}
