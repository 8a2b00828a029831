import Foundation
import KafkaRetry
import RDKafka
import RetryCore
import Synchronization

/// librdkafka's mock cluster with a producer and a consumer of its own, all of whose calls wait on one thread.
actor EmbeddedBroker {
    private let executor = BlockingExecutor("embedded-kafka")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    nonisolated let bootstrapServers: String
    /// `nil` once it has ended.
    private var clients: (mock: MockCluster, producer: RDKafkaProducer)?
    private let arrived = Mailbox<Never>()
    private var consumer: RDKafkaConsumer?
    private var partitionCounts: [String: Int] = [:]
    private var read: [TopicPartition: [KafkaRecord]] = [:]
    private let partitions: Int
    /// The topic whose writes a fault was asked for.
    private var faultyTopic: String?

    /// Broker 1 leads all partitions; broker 2 takes over those of a topic for which it is to fail.
    private static let standIn: Int32 = 2
    private static let produceKey: Int16 = 0
    private static let commitKey: Int16 = 8
    private static let patience: Duration = .seconds(30)
    private static let mostEnding: DispatchTimeInterval = .milliseconds(50)

    init(partitions: Int) throws {
        self.partitions = max(1, partitions)
        let mock = try MockCluster(brokers: 2)
        bootstrapServers = mock.bootstrapServers
        let producer = try RDKafkaProducer([
            "client.id": "embedded-kafka", "bootstrap.servers": bootstrapServers, "linger.ms": "0", "partitioner": "murmur2_random",
        ])
        clients = (mock, producer)
    }

    /// Makes a topic, unless it is there.
    func createTopic(_ topic: KafkaTopic) throws {
        guard partitionCounts[topic.name] == nil else { return }
        try topic.check()
        try live.mock.createTopic(topic.name, partitions: partitions)
        partitionCounts[topic.name] = partitions
        try lead(topic.name, by: 1)
    }

    /// What a listener finds: its source topics have to be there, those that belong to them are made if that is allowed.
    func prepare(_ request: TopicRequest) throws(KafkaRetryError) -> RelayTopics {
        guard request.delivery == .atLeastOnce else {
            throw KafkaRetryError(
                .configuration, "the embedded broker has no transactions", remedy: "leave the configuration's delivery at least once")
        }
        var found = RelayTopics(partitionCounts: [:])
        for (source, naming) in request.topics {
            _ = try count(of: source)
            for topic in [source, source.retry(naming), source.deadLetter(naming)] {
                if request.createsTopics {
                    do { try createTopic(topic) } catch {
                        throw KafkaRetryError(.missingTopic, "\(topic) cannot be made", remedy: "see the cause", cause: error)
                    }
                }
                found.partitionCounts[topic.name] = Int32(clamping: try count(of: topic))
            }
        }
        return found
    }

    /// Writes a record, and answers where it stands.
    func write(_ record: ProducerRecord, time: Timestamp) throws -> KafkaRecord {
        _ = try count(of: record.topic)
        let producer = try live.producer
        var headers = RDKafkaHeaders(record.headers)
        try producer.produce(
            to: try producer.topic(record.topic.name), partition: record.partition ?? -1, key: record.key, value: record.value,
            headers: &headers, token: 0, timestamp: time.milliseconds)
        try producer.flush(timeout: Self.patience)
        guard let report = producer.deliveryReports().last else { throw RDKafkaError(.timedOut, message: "no broker took the record") }
        if let error = report.error { throw error }
        return KafkaRecord(
            source: TopicPartition(record.topic.name, report.partition), offset: report.offset ?? -1, timestamp: time, key: record.key,
            value: record.value, headers: record.headers)
    }

    /// All that a topic holds, partition by partition in order.
    func records(of topic: KafkaTopic) throws -> [KafkaRecord] {
        let places = (0..<(try count(of: topic))).map { TopicPartition(topic.name, Int32($0)) }
        let consumer = try self.consumer ?? makeConsumer()
        var ends: [TopicPartition: Int64] = [:]
        var starts: [RDKafkaPartition: RDKafkaStart] = [:]
        for place in places {
            let end = try consumer.requests.queryWatermarkOffsets(RDKafkaPartition(place), timeout: Self.patience).high
            guard end > next(place) else { continue }
            (ends[place], starts[RDKafkaPartition(place)]) = (end, .offset(next(place)))
        }
        if !starts.isEmpty { try read(starts, to: ends, with: consumer) }
        return places.flatMap { read[$0] ?? [] }
    }

    /// Whether the topic is there.
    func has(_ topic: KafkaTopic) -> Bool { partitionCounts[topic.name] != nil }

    /// Ends the cluster and its clients, their connections, ports and threads. What is asked of it afterwards is refused.
    ///
    /// One of the cluster's threads may sleep on for a second when its ports are closed already (librdkafka 2.0.2, seen): a test does not
    /// wait for it.
    func close() {
        try? consumer?.close()
        consumer = nil
        let mock = Mutex(clients?.mock)
        clients = nil
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            mock.withLock { $0 = nil }
            ended.signal()
        }
        _ = ended.wait(timeout: .now() + Self.mostEnding)
    }

    // MARK: - Faults

    /// Lets requests that write to `topic` fail, after so many that succeed.
    func failWrites(to topic: KafkaTopic, with code: RDKafkaError.Code, after spared: Int, times: Int) throws {
        _ = try count(of: topic)
        guard faultyTopic == nil || faultyTopic == topic.name else {
            throw KafkaRetryError(
                .configuration, "writes to \(faultyTopic ?? "") fail already", remedy: "let those of one topic fail in a test")
        }
        try live.mock.failNext(
            apiKey: Self.produceKey, of: Self.standIn,
            with: Array(repeating: nil, count: max(0, spared)) + Array(repeating: code, count: max(0, times)))
        guard faultyTopic == nil else { return }
        faultyTopic = topic.name
        try lead(topic.name, by: Self.standIn)
    }

    /// Lets the next commits of offsets fail, of whichever group.
    func failCommits(with code: RDKafkaError.Code, times: Int) {
        clients?.mock.failNext(apiKey: Self.commitKey, with: Array(repeating: code, count: max(0, times)))
    }

    // MARK: -

    private var live: (mock: MockCluster, producer: RDKafkaProducer) {
        get throws(KafkaRetryError) {
            if let clients { return clients }
            throw KafkaRetryError(.client, "the embedded broker has ended", remedy: "use it within 'run'")
        }
    }

    private func lead(_ topic: String, by broker: Int32) throws {
        for partition in 0..<(partitionCounts[topic] ?? 0) {
            try live.mock.setLeader(of: RDKafkaPartition(topic, Int32(partition)), broker: broker)
        }
    }

    private func count(of topic: KafkaTopic) throws(KafkaRetryError) -> Int {
        _ = try live
        if let count = partitionCounts[topic.name] { return count }
        throw KafkaRetryError(.missingTopic, "there is no topic \(topic)", remedy: "name it among the topics of EmbeddedKafka.run")
    }

    private func next(_ place: TopicPartition) -> Int64 { (read[place]?.last?.offset ?? -1) + 1 }

    private func makeConsumer() throws(RDKafkaConfigurationError) -> RDKafkaConsumer {
        let made = try RDKafkaConsumer(
            [
                "client.id": "embedded-kafka", "bootstrap.servers": bootstrapServers, "group.id": "embedded-kafka-reader",
                "enable.auto.commit": "false", "fetch.wait.max.ms": "10",
            ], wakeUp: { [arrived] in arrived.ring() })
        consumer = made
        return made
    }

    private func read(
        _ starts: [RDKafkaPartition: RDKafkaStart], to ends: [TopicPartition: Int64], with consumer: RDKafkaConsumer
    ) throws {
        try consumer.assign(starts)
        defer { try? consumer.unassign() }
        let deadline = ContinuousClock.now + Self.patience
        while ends.contains(where: { next($0) < $1 }) {
            guard ContinuousClock.now < deadline else { throw RDKafkaError(.timedOut, message: "the topic's records did not come") }
            // Between two assignments nothing else may have fetching looked at for a second.
            consumer.wakeFetcher(of: Array(starts.keys))
            _ = arrived.take(timeout: .milliseconds(20))
            consumer.drain(max: 1_000) { message in
                guard !message.isEvent else { return }
                let place = TopicPartition(message.topic, message.partition)
                guard message.offset >= next(place) else { return }
                read[place, default: []].append(KafkaRecord(message, from: place))
            }
        }
    }
}
