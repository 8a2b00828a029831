extension KafkaTestBroker {
    /// What a test may need of its broker.
    public enum Capability: String, Sendable, CaseIterable {
        /// Transactions and `read_committed`.
        case transactions
        /// The cooperative-sticky assignor.
        case cooperativeSticky = "cooperative-sticky assignment"
        /// Fetch requests whose byte limits are kept.
        case fetchLimits = "fetch byte limits"
        /// Topics with configurations of their own, read back and enforced.
        case topicConfiguration = "topic configurations"
        /// Describing consumer groups and their members.
        case describeGroups = "describing groups"
        /// Deleting records before an offset.
        case deleteRecords = "deleting records"
        /// Offset metadata of up to 4,096 bytes.
        case fullMetadata = "4,096 bytes of offset metadata"
        /// Brokers of the test's own that can be killed, frozen and started again.
        case control = "brokers to kill and freeze"
        /// Brokers of the test's own behind a fault-injecting proxy.
        case proxy = "a fault-injecting proxy"

        /// What Apache Kafka does for any client.
        static let ofApacheKafka: Set<Capability> = [
            .transactions, .cooperativeSticky, .fetchLimits, .topicConfiguration, .describeGroups, .deleteRecords, .fullMetadata,
        ]

        /// What this machine can offer to the tests.
        public static let available: Set<Capability> = {
            guard let shared = BrokerSource.shared else { return [] }
            var all = shared.capabilities
            if BrokerSource.startable != nil {
                all.insert(.control)
                if Toxiproxy.isInstalled { all.insert(.proxy) }
            }
            return all
        }()
    }
}
