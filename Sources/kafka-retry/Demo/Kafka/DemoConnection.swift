import KafkaRetry
import RDKafka
import RetryCore

/// A cluster in which the demo's topics are ready.
struct DemoConnection: Sendable {
    var bootstrapServers: [String]
    var properties = RDKafkaConfiguration()
    var topics: DemoTopics
    var delivery: DeliveryGuarantee
    /// What the relay has to know of the topics.
    var relayTopics: RelayTopics

    /// What each client has.
    private var common: RDKafkaConfiguration {
        var common: RDKafkaConfiguration = ["client.id": "kafka-retry-demo"]
        common = common.merging(properties)
        common["bootstrap.servers"] = bootstrapServers.joined(separator: ",")
        return common
    }

    /// A consumer that sees each record as soon as it counts.
    func consumer(group: String) -> RDKafkaConfiguration {
        var consumer = common
        consumer["group.id"] = group
        consumer["isolation.level"] = "read_committed"
        consumer["auto.offset.reset"] = "earliest"
        // A demo is watched: what is written is to be seen at once.
        consumer["fetch.wait.max.ms"] = "50"
        return consumer
    }

    var producer: RDKafkaConfiguration {
        var producer = common
        producer["enable.idempotence"] = "true"
        producer["linger.ms"] = "1"
        return producer
    }

    /// The relay under its own name, with these delays.
    func relay(_ policy: RetryPolicy) -> RelayConfiguration {
        var relay = RelayConfiguration(bootstrapServers: bootstrapServers, topics: [topics.source], instance: "demo")
        relay.group = topics.source.name + "-relay"
        relay.delivery = delivery
        relay.policies = RetryPolicies(policy)
        relay.properties = properties
        return relay
    }
}
