/// Kafka's own command line tools. Mark tests that use them with `.broker(requires: .tools)`.
public enum KafkaTools {
    private static let supervisor = Result { try Supervisor(functions: "") }

    /// Changes settings of a topic and leaves the others: librdkafka 2.0.2 asks in a way that Kafka 4 does not take any more.
    public static func configure(topic: String, _ settings: [String: String], servers: String) async throws {
        let changes = settings.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
        try await run("configs", ["--bootstrap-server", servers, "--alter", "--topic", topic, "--add-config", changes])
    }

    private static func run(_ tool: String, _ arguments: [String]) async throws {
        let program =
            switch BrokerSource.startable {
            case .kafkaScript(let path): [path, "tool", tool]
            case .apacheKafka(let home): ["\(home)/bin/kafka-\(tool).sh"]
            default: throw TestBrokerError("no Apache Kafka, and so no tools; see CONTRIBUTING.md")
            }
        try await supervisor.get().run((program + arguments).map(Supervisor.quoted).joined(separator: " "))
    }
}
