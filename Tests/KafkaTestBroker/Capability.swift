extension KafkaTestBroker {
    /// What a test may need of its broker.
    public enum Capability: String, Sendable, CaseIterable {
        /// Transactions and `read_committed`.
        case transactions
        /// All that is committed, for `read_committed` readers of a topic in which a killed producer's transaction was aborted. With noida-db
        /// some readers miss committed records behind it, which others see.
        case readingAfterAborts = "read_committed readers that see all behind an aborted transaction"
        /// Committed offsets that wait for an open transaction. With noida-db who takes a partition over may read what was before.
        case stableOffsets = "committed offsets that wait for open transactions"
        /// Refusing a transaction's offsets when their generation is an old one.
        case fencing = "fencing of old generations"
        /// Static members that keep their assignment while they are away, until their session ends.
        case staticMembers = "static members' sessions"
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
        /// Kafka's command line tools, for what librdkafka cannot do.
        case tools = "Kafka's tools"
        /// Brokers of the test's own that can be killed, frozen and started again.
        case control = "brokers to kill and freeze"
        /// Brokers of the test's own behind a fault-injecting proxy.
        case proxy = "a fault-injecting proxy"

        /// What Apache Kafka does for any client.
        static let ofApacheKafka: Set<Capability> = [
            .transactions, .readingAfterAborts, .stableOffsets, .fencing, .staticMembers, .cooperativeSticky, .fetchLimits,
            .topicConfiguration, .describeGroups, .deleteRecords, .fullMetadata,
        ]

        /// What this machine can offer to the tests.
        public static let available: Set<Capability> = {
            guard let shared = BrokerSource.shared else { return [] }
            var all = shared.capabilities
            if BrokerSource.startable != nil {
                all.formUnion([.control, .tools])
                if Toxiproxy.isInstalled { all.insert(.proxy) }
            }
            return all
        }()
    }
}
