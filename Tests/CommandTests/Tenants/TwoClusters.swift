import Foundation
import KafkaTestBroker

/// Two clusters and three tenants: `near` on the tests' shared broker, which asks nobody for credentials; `far` on a cluster of its own,
/// by TLS, with a password; `stranger` there too, with SCRAM.
struct TwoClusters {
    static let password = "not-to-be-printed-2e81"
    static let user = "clinic"

    /// The path of the YAML file.
    let file: String
    /// Begins the names of all topics and groups, another one for each tenant.
    let prefix: String
    let near: TestTopics
    let far: TestTopics
    private let folder: URL

    init(_ broker: KafkaTestBroker) async throws {
        let shared = try await KafkaTestBroker.shared().bootstrapServers
        prefix = KafkaTestBroker.uniqueName("tenants")
        near = try TestTopics("near", servers: shared)
        far = try TestTopics("far", servers: broker.bootstrapServers)
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: prefix)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let secret = folder.appending(path: "password").path()
        try "\(Self.password)\n".write(toFile: secret, atomically: false, encoding: .utf8)
        file = folder.appending(path: "kafka.yaml").path()
        try """
        bootstrap-server: \(shared)
        log-format: text
        delays: [50ms, 50ms]
        clusters:
          encrypted:
            bootstrap-server: \(broker.encryptedServers ?? "none:1")
            properties:
              security.protocol: SASL_SSL
              ssl.ca.location: \(broker.certificate ?? "none")
              sasl.mechanism: PLAIN
        tenants:
          near:
            topic-prefix: \(prefix).near.
          far:
            cluster: encrypted
            topic-prefix: \(prefix).far.
            properties:
              sasl.username: \(Self.user)
              sasl.password: ${file:\(secret)}
          stranger:
            bootstrap-server: \(broker.authenticatedServers ?? "none:1")
            properties:
              security.protocol: SASL_PLAINTEXT
              sasl.mechanism: SCRAM-SHA-256
              sasl.username: \(Self.user)
              sasl.password: ${file:\(secret)}
        """.write(toFile: file, atomically: false, encoding: .utf8)
        // Beside the tenant's topics stand those of nobody.
        for topic in [self.topic("Orders", of: "near"), "\(prefix)-Orders"] {
            try await near.create(topic, 1)
            try await near.create(topic + "-Error", 1)
        }
        for topic in ["Orders", "Visits"] { try await far.create(self.topic(topic, of: "far"), 1) }
    }

    /// A topic as its cluster calls it.
    func topic(_ name: String, of tenant: String) -> String { "\(prefix).\(tenant).\(name)" }

    /// The numbers in a topic, in their order.
    func numbers(in topic: String, of topics: TestTopics) async throws -> [Int] {
        try await Ledger.all([topic], partitions: 1, servers: topics.servers).compactMap(\.number)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
