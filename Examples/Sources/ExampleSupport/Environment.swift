import Foundation
public import KafkaRetry

/// An example's settings: `KAFKA_BOOTSTRAP`, `GROUP`, `INSTANCE`, `RETRY_DELAYS`, and what else it asks for.
public enum Environment {
    /// A variable's text; `nil` if it is not set or empty.
    public static func text(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `HOST:PORT` of brokers to begin with.
    public static var servers: [String] { (text("KAFKA_BOOTSTRAP") ?? "localhost:9092").split(separator: ",").map(String.init) }

    /// Where the cluster is and who this process is. Two processes on one host need an `INSTANCE` each.
    public static func listener(group: String) throws -> ListenerConfiguration {
        ListenerConfiguration(
            bootstrapServers: servers, group: text("GROUP") ?? group, instance: text("INSTANCE") ?? ProcessInfo.processInfo.hostName)
    }

    /// `RETRY_DELAYS=1s,10s,5m`: three retries. `nil` leaves the policy to the example.
    public static var retryPolicy: RetryPolicy? {
        get throws {
            guard let delays = text("RETRY_DELAYS") else { return nil }
            return try .listed(try delays.split(separator: ",").map { try DurationNotation.parse(String($0)) })
        }
    }
}
