package import KafkaRetry

/// The settings that say how Kafka is reached, `properties` apart.
package enum ConnectionKey: String, CaseIterable, Sendable {
    case bootstrapServer = "bootstrap-server"
    case topicPrefix = "topic-prefix"
    case commandConfig = "command-config"
    /// Which named cluster.
    case cluster
    /// Which tenant.
    case tenant

    /// Where librdkafka's properties stand.
    package static let properties = "properties"

    /// As in a variable: `BOOTSTRAP_SERVER`.
    package var variable: String { String(rawValue.uppercased().map { $0 == "-" ? "_" : $0 }) }

    package var isList: Bool { self == .bootstrapServer }

    /// What is expected, for errors.
    package var placeholder: String {
        switch self {
        case .bootstrapServer: "HOST:PORT[,...]"
        case .topicPrefix: "TEXT"
        case .commandConfig: "FILE"
        case .cluster, .tenant: "NAME"
        }
    }

    /// Throws what is wrong with these values.
    package func check(_ texts: [String]) throws(NotationError) {
        guard !texts.isEmpty else { throw NotationError("is empty; expected \(placeholder)") }
        for text in texts {
            switch self {
            case .bootstrapServer:
                guard !text.isEmpty else { throw NotationError("holds an empty entry; is there a comma too many?") }
                _ = try ConnectionNotation.server(text)
            case .topicPrefix: _ = try ConnectionNotation.topicPrefix(text)
            case .commandConfig: _ = try ConnectionNotation.text(text)
            case .cluster, .tenant: _ = try ClusterName(text)
            }
        }
    }
}
