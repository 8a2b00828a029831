import KafkaRetry
import KafkaRetryConfiguration
import RetryCore

extension ValueForm where Value == String {
    /// `host:port`, `host`, `[::1]:9092`, with a protocol in front of it as librdkafka allows.
    static let server = Self(placeholder: "HOST:PORT", parse: ConnectionNotation.server)

    /// What stands in front of topics' names, or nothing.
    static let topicPrefix = Self(placeholder: ConnectionKey.topicPrefix.placeholder, parse: ConnectionNotation.topicPrefix)

    /// The name of a cluster or a tenant.
    static let clusterName = Self(placeholder: ConnectionKey.cluster.placeholder) { (text) throws(NotationError) in
        try ClusterName(text).text
    }

    /// A name that Kafka takes for a topic.
    static let topic = Self(placeholder: "TOPIC") { (text) throws(NotationError) in
        do { try KafkaTopic(text).check() } catch { throw NotationError("\(error)") }
        return text
    }
}
