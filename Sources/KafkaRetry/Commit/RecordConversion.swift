package import RDKafka
package import RetryCore

extension RDKafkaOffset {
    init(_ commit: ProgressCommit) {
        self.init(RDKafkaPartition(commit.partition), commit.offset, metadata: Array(commit.metadata.utf8))
    }
}

extension RDKafkaPartition {
    package init(_ place: TopicPartition) { self.init(place.topic, place.partition) }
}

extension TopicPartition {
    package init(_ partition: RDKafkaPartition) { self.init(partition.topic, partition.partition) }
}

extension KafkaRecord {
    /// A copy of a lent message, which `place` is the partition of.
    package init(_ message: borrowing RDKafkaMessage, from place: TopicPartition) {
        // Counted first: one allocation that fits, for records that may wait here for long.
        var size = 0
        message.forEachHeader { name, value in size += KafkaHeaders.byteCount(name: name, value: value) }
        let content = RecordContent(key: message.key, value: message.value, headerBytes: size) { add in
            message.forEachHeader { name, value in add(name, value) }
        }
        self.init(
            source: place, offset: message.offset, timestamp: message.timestamp.map(Timestamp.init(milliseconds:)), content: content)
    }
}

extension KafkaRetryError {
    /// What the brokers do not allow, or do not know this client for; `nil` if `error` is of another kind.
    init?(refusal error: RDKafkaError, _ what: String) {
        switch error.code {
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .transactionalIdAuthorizationFailed, .clusterAuthorizationFailed:
            self.init(.notAuthorised, "\(what) is not allowed", remedy: "grant the ACLs that the README lists", cause: error)
        case .authentication, .saslAuthenticationFailed:
            self.init(.notAuthorised, "the brokers refuse the credentials", remedy: "check the sasl.* and ssl.* properties", cause: error)
        default: return nil
        }
    }
}
