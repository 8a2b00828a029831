import CRDKafka

extension RDKafkaError {
    /// An open set: any number that a broker sends is a code, the ones named here are those that callers decide by.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// Kafka's error code; librdkafka's own are below zero.
        public var rawValue: Int32

        /// The code with that number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }

        /// The name that librdkafka gives it, or `ERR_n?` if it knows none.
        public var description: String { String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue))) }
    }
}

// librdkafka's own.
extension RDKafkaError.Code {
    /// Nobody answered in time; whether anything happened is unknown.
    public static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    /// A record was not delivered within `message.timeout.ms`.
    public static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    /// The connection broke.
    public static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    /// No broker of the cluster can be reached.
    public static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    /// The broker's name does not resolve.
    public static let resolve = Self(RD_KAFKA_RESP_ERR__RESOLVE)
    /// The broker refused the credentials.
    public static let authentication = Self(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    /// The TLS handshake failed.
    public static let tls = Self(RD_KAFKA_RESP_ERR__SSL)
    /// Another producer with the same transactional id took over, or the broker timed the transaction out.
    public static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    /// The client is unusable.
    public static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    /// Another call is still under way, one that was told to be called again.
    public static let conflict = Self(RD_KAFKA_RESP_ERR__CONFLICT)
    /// The call is not allowed now.
    public static let state = Self(RD_KAFKA_RESP_ERR__STATE)
    /// An earlier call of the same kind is still under way.
    public static let previousInProgress = Self(RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS)
    /// The producer's queue is full: serve its delivery reports, then produce again.
    public static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    /// The record was purged before it was sent.
    public static let purgedInQueue = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    /// The record was purged after it was sent; it may stand in the log.
    public static let purgedInFlight = Self(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    /// The topic does not exist, says the client's own metadata.
    public static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    /// The partition does not exist, says the client's own metadata.
    public static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    /// The end of the partition was reached (with `enable.partition.eof`).
    public static let partitionEOF = Self(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    /// There is no offset to start from and `auto.offset.reset` is `error`.
    public static let autoOffsetReset = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    /// The consumer was not drained within `max.poll.interval.ms` and has left its group.
    public static let maxPollExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    /// The partition was lost.
    public static let assignmentLost = Self(RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST)
    /// There is no committed offset.
    public static let noOffset = Self(RD_KAFKA_RESP_ERR__NO_OFFSET)
    /// The group's coordinator is not known yet.
    public static let waitingForCoordinator = Self(RD_KAFKA_RESP_ERR__WAIT_COORD)
    /// The message cannot be encoded or decoded.
    public static let badMessage = Self(RD_KAFKA_RESP_ERR__BAD_MSG)
    /// An argument cannot be.
    public static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    /// The broker is too old for it.
    public static let unsupportedFeature = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
    /// The client is being destroyed.
    public static let destroyed = Self(RD_KAFKA_RESP_ERR__DESTROY)
}

// The broker's.
extension RDKafkaError.Code {
    /// There is nothing at that offset.
    public static let offsetOutOfRange = Self(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    /// The topic or partition does not exist, says the broker.
    public static let unknownTopicOrPart = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    /// Another broker leads the partition.
    public static let notLeader = Self(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
    /// The broker did not get done in the time that the request gave it.
    public static let requestTimedOut = Self(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT)
    /// The record is larger than the topic or the client allows.
    public static let msgSizeTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    /// The record's batch is larger than a segment.
    public static let recordListTooLarge = Self(RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
    /// The broker refused the record, a compacted topic's without key for example.
    public static let invalidRecord = Self(RD_KAFKA_RESP_ERR_INVALID_RECORD)
    /// No topic may have that name.
    public static let invalidTopic = Self(RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)
    /// The broker does not know what these acknowledgements are.
    public static let invalidRequiredAcks = Self(RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS)
    /// The topic's message format is too old for it.
    public static let unsupportedForMessageFormat = Self(RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT)
    /// The broker does not know the compression.
    public static let unsupportedCompressionType = Self(RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE)
    /// The record's timestamp is out of the range that the topic accepts.
    public static let invalidTimestamp = Self(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
    /// The offset's metadata is longer than the broker keeps.
    public static let offsetMetadataTooLarge = Self(RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE)
    /// Not this broker coordinates the group.
    public static let notCoordinator = Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    /// The group's coordinator is not there, for now.
    public static let coordinatorNotAvailable = Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
    /// The group's generation has moved on.
    public static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    /// The group does not know the member, or not any more.
    public static let unknownMemberId = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    /// Another member with the same `group.instance.id` has joined.
    public static let fencedInstanceId = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    /// The group is rebalancing.
    public static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    /// The group has members with an assignor that this one does not share.
    public static let inconsistentGroupProtocol = Self(RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
    /// The group has members, so it cannot be deleted.
    public static let nonEmptyGroup = Self(RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP)
    /// There is no such group.
    public static let groupIdNotFound = Self(RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
    /// Not authorised for the topic.
    public static let topicAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    /// Not authorised for the group.
    public static let groupAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    /// Not authorised for the cluster.
    public static let clusterAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    /// Not authorised for the transactional id.
    public static let transactionalIdAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    /// The credentials are wrong.
    public static let saslAuthenticationFailed = Self(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED)
    /// There is such a topic already.
    public static let topicAlreadyExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    /// The number of partitions cannot be.
    public static let invalidPartitions = Self(RD_KAFKA_RESP_ERR_INVALID_PARTITIONS)
    /// The replication factor cannot be, with so many brokers.
    public static let invalidReplicationFactor = Self(RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR)
    /// A configuration that the broker does not take.
    public static let invalidConfig = Self(RD_KAFKA_RESP_ERR_INVALID_CONFIG)
    /// A policy of the broker forbids it.
    public static let policyViolation = Self(RD_KAFKA_RESP_ERR_POLICY_VIOLATION)
    /// Fewer replicas are in sync than the topic demands.
    public static let notEnoughReplicas = Self(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS)
    /// A quota is exhausted; not retried by librdkafka.
    public static let throttlingQuotaExceeded = Self(RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED)
    /// The broker's `transaction.max.timeout.ms` is less than the producer's time-out.
    public static let invalidTransactionTimeout = Self(RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT)
    /// The transaction of this id before this one is still being ended.
    public static let concurrentTransactions = Self(RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS)
    /// A newer producer has the same transactional id.
    public static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
    /// The producer's epoch is an old one.
    public static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    /// Offsets that an open transaction holds.
    public static let unstableOffsetCommit = Self(RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
}
