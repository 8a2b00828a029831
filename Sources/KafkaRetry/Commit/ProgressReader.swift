import RDKafka
import RetryCore

/// Reads where a group stands in partitions that were just assigned, until it is certain, on a thread of its own.
actor ProgressReader {
    private let executor = BlockingExecutor("retry-restore")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What is wanted.
    enum Request: Sendable {
        /// The progress of a partition in an epoch.
        case progress(TopicPartition, Epoch)
        /// How many partitions topics have.
        case partitionCounts([String])
        /// How long brokers keep records of retry topics.
        case retentions([String])
        /// Which topics the group's members read.
        case readers
    }

    private static let patience: Duration = .milliseconds(500)

    private let group: String
    private let owner: String
    private let configuration: RDKafkaConfiguration
    private let producerConfiguration: RDKafkaConfiguration
    private let isTransactional: Bool
    private let log: RetryLogger
    private let pause = Mailbox<Never>()
    /// Made when it is needed first.
    private lazy var admin = try? RDKafkaAdmin(configuration)

    init(
        group: String, owner: String, configuration: RDKafkaConfiguration, producerConfiguration: RDKafkaConfiguration,
        isTransactional: Bool, log: RetryLogger
    ) {
        self.group = group
        self.owner = owner
        self.configuration = configuration
        self.producerConfiguration = producerConfiguration
        self.isTransactional = isTransactional
        self.log = log
    }

    /// Answers requests until the mailbox is closed. Its handles are its own: the member's does not answer while it joins.
    func run(_ requests: Mailbox<Request>, stop: StopFlag, answers: Mailbox<MemberInput>) {
        var configuration = configuration
        let (stable, unstable): (RDKafkaConsumer, RDKafkaConsumer)
        do throws(RDKafkaConfigurationError) {
            // This one waits for open transactions.
            configuration["isolation.level"] = "read_committed"
            stable = try RDKafkaConsumer(configuration)
            configuration["isolation.level"] = "read_uncommitted"
            unstable = try RDKafkaConsumer(configuration)
        } catch {
            return answers.post(
                .failed(KafkaRetryError(.configuration, "a consumer cannot be made", remedy: "correct the property", cause: error)))
        }
        defer {
            try? stable.close()
            try? unstable.close()
        }
        let (stableRequests, unstableRequests) = (stable.requests, unstable.requests)
        var open: [(place: TopicPartition, epoch: Epoch)] = []
        while let arrived = requests.take(timeout: open.isEmpty ? nil : .milliseconds(50)) {
            guard !stop.isSet else { continue }
            for request in arrived {
                switch request {
                case .progress(let place, let epoch):
                    // Who asks again has forgotten why it asked before.
                    open.removeAll { $0.place == place }
                    open.append((place, epoch))
                case .partitionCounts(let topics): answers.post(.partitionCounts(counts(of: topics, unstableRequests, stop)))
                case .readers:
                    if let readers = readers() { answers.post(.readers(readers)) }
                case .retentions(let topics): answers.post(.retentions(retentions(of: topics, stop)))
                }
            }
            open.removeAll { request in
                guard !stop.isSet, let point = point(of: request.place, stableRequests, unstableRequests, stop, answers) else {
                    return false
                }
                answers.post(.restored(request.place, request.epoch, point))
                return true
            }
        }
    }

    /// Topics that do not exist are left out, and all that come after one that does not answer.
    private func counts(of topics: [String], _ requests: RDKafkaConsumerRequests, _ stop: StopFlag) -> PartitionCounts {
        var counts: PartitionCounts = [:]
        for topic in topics where !stop.isSet {
            let description: RDKafkaTopicDescription
            do throws(RDKafkaError) { description = try requests.describe(topic: topic, timeout: .seconds(1)) } catch {
                if error.code == .unknownTopicOrPart { continue }
                break
            }
            counts[topic] = Int32(clamping: description.partitionCount)
        }
        return counts
    }

    /// `nil` is for ever. Topics that this client may not describe are left out, and all that come after one that does not answer.
    private func retentions(of topics: [String], _ stop: StopFlag) -> [String: Duration?] {
        guard let admin else { return [:] }
        var retentions: [String: Duration?] = [:]
        for topic in topics where !stop.isSet {
            do throws(RDKafkaError) {
                guard let description = try admin.describe(topic: topic, timeout: .seconds(1)) else { continue }
                let facts = TopicFacts(description, try admin.configuration(topic: topic, timeout: .seconds(1)))
                if facts.retentionMilliseconds != nil { retentions[topic] = .some(facts.retention) }
            } catch {
                log.debug("a retention cannot be read", [.topic: .string(topic), .error: LogValue(error)])
                guard error.code == .topicAuthorizationFailed || error.code == .unknownTopicOrPart else { break }
            }
        }
        return retentions
    }

    /// Where the group stands in `place`; `nil` if that is not certain yet.
    private func point(
        of place: TopicPartition, _ stable: RDKafkaConsumerRequests, _ unstable: RDKafkaConsumerRequests, _ stop: StopFlag,
        _ answers: Mailbox<MemberInput>
    ) -> RestorePoint? {
        let partition = RDKafkaPartition(place)
        var isHeldBack = true
        do throws(RDKafkaError) {
            let committed = try stable.committed([partition], timeout: Self.patience)[partition]
            if let error = committed?.error { throw error }
            isHeldBack = false
            // The log's end must include open transactions: what is committed may lie behind the last stable offset.
            let log = try unstable.queryWatermarkOffsets(partition, timeout: Self.patience)
            return RestorePoint(
                committed: committed?.offset, metadata: committed.map { String(decoding: $0.metadata, as: UTF8.self) },
                logStart: log.low, logEnd: log.high)
        } catch {
            if let refusal = KafkaRetryError(refusal: error, "reading the progress of group \(group) in \(place)") {
                answers.post(.failed(refusal))
            }
            log.debug("progress cannot be read yet", [.partition: "\(place)", .error: LogValue(error)])
            // A query for a log's bounds goes to the leader that was known once, for ever (measured): asking for the topic tells the new one.
            if !isHeldBack || error.code != .timedOut { _ = try? unstable.describe(topic: place.topic, timeout: Self.patience) }
            if isTransactional, isHeldBack { takeOver(place, unstable, stop) }
            return nil
        }
    }

    /// An open transaction of a member that is gone keeps its progress back until it times out. Whoever took its partition ends it sooner.
    private func takeOver(_ place: TopicPartition, _ unstable: RDKafkaConsumerRequests, _ stop: StopFlag) {
        let partition = RDKafkaPartition(place)
        guard let committed = try? unstable.committed([partition], timeout: Self.patience)[partition], let lowWater = committed.offset,
            case .saved(let saved) = FoundProgress(metadata: String(decoding: committed.metadata, as: UTF8.self), lowWater: lowWater),
            saved.owner != owner, !stop.isSet, isGone(saved.owner)
        else { return }
        log.notice("taking over from a member that is gone", [.partition: "\(place)", .instance: .string(saved.owner)])
        for id in ExactlyOnceCommitter.transactionalIds(group: group, owner: saved.owner) where !stop.isSet {
            var configuration = producerConfiguration
            configuration["transactional.id"] = id
            try? RDKafkaProducer(configuration).initTransactions(timeout: .seconds(10))
        }
    }

    /// What the group's members read; `nil` where brokers cannot tell.
    private func readers() -> SubscriptionWatch.Readers? {
        // Asked about a group, librdkafka 2.0.2's mock ends the process (measured).
        guard let admin, let cluster = try? admin.clusterId(timeout: .seconds(2)), !cluster.hasPrefix("mockCluster") else { return nil }
        do throws(RDKafkaError) {
            return SubscriptionWatch.Readers(try admin.describeGroup(group, timeout: .seconds(2)), instance: owner)
        } catch {
            log.debug("the group cannot be described", [.error: LogValue(error)])
            // Not now, perhaps soon.
            return error.code == .notCoordinator ? SubscriptionWatch.Readers(isStable: false, own: [], all: []) : nil
        }
    }

    private func isGone(_ owner: String) -> Bool {
        guard let admin, let description = try? admin.describeGroup(group, timeout: .seconds(5)) else {
            return false
        }
        return !description.members.contains { $0.groupInstanceId == owner }
    }
}
