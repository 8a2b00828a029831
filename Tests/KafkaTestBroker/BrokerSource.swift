import Foundation

/// Where the tests' broker comes from, the first of these that is there: `KAFKA_BOOTSTRAP`, an unpacked Apache Kafka at
/// `KAFKA_HOME`, `../shared/kafka/kafka.sh` beside the checkout, the `noida-db` binary that `KAFKA_RETRY_NOIDA` names.
enum BrokerSource: Sendable, Equatable {
    /// One that runs already and that is not ours to stop.
    case running(bootstrapServers: String)
    /// An unpacked Apache Kafka.
    case apacheKafka(home: String)
    /// A script that starts and stops clusters of Apache Kafka.
    case kafkaScript(path: String)
    /// A single binary that speaks Kafka's protocol.
    case noida(path: String)

    /// What serves `KafkaTestBroker.shared()`; `nil` if nothing does.
    static let shared: BrokerSource? = {
        if let servers = environment("KAFKA_BOOTSTRAP") { return .running(bootstrapServers: servers) }
        if let startable { return startable }
        if let noida = environment("KAFKA_RETRY_NOIDA"), isExecutable(noida) { return .noida(path: noida) }
        return nil
    }()

    /// What serves `KafkaTestBroker.dedicated`: an Apache Kafka that is ours to kill and freeze. `nil` if there is none.
    static let startable: BrokerSource? = {
        guard hasJava else { return nil }
        if let home = environment("KAFKA_HOME"), isExecutable(home + "/bin/kafka-server-start.sh") { return .apacheKafka(home: home) }
        let script = besideCheckout("kafka/kafka.sh")
        return isExecutable(script) ? .kafkaScript(path: script) : nil
    }()

    /// How skipped tests name it.
    var name: String {
        switch self {
        case .running(let servers): "the broker at \(servers)"
        case .apacheKafka(let home): "Apache Kafka at \(home)"
        case .kafkaScript: "Apache Kafka in ../shared/kafka"
        case .noida: "noida-db"
        }
    }

    /// What its brokers can do. A running one is taken to be Apache Kafka.
    var capabilities: Set<KafkaTestBroker.Capability> {
        switch self {
        case .running, .apacheKafka, .kafkaScript: KafkaTestBroker.Capability.ofApacheKafka
        case .noida: [.transactions, .describeGroups, .deleteRecords]
        }
    }

    /// The path of `file` in the folder `shared` beside the checkout.
    static func besideCheckout(_ file: String) -> String {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return checkout.deletingLastPathComponent().path() + "shared/" + file
    }

    static func isExecutable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static var hasJava: Bool {
        (environment("PATH") ?? "").split(separator: ":").contains { isExecutable($0 + "/java") }
    }
}
