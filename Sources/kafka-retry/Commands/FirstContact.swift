import KafkaRetry
import RDKafka

/// The first words that a command has with a cluster.
enum FirstContact {
    /// A client of the cluster, once a broker has answered.
    ///
    /// - Throws: what it means that none does within `timeout`, or that it refuses the credentials.
    static func make(
        _ servers: [String], _ properties: RDKafkaConfiguration, timeout: Duration?
    ) async throws(CommandFailure) -> TopicAdministrator {
        let administrator: TopicAdministrator
        do throws(RDKafkaConfigurationError) {
            administrator = try TopicAdministrator(bootstrapServers: servers, properties: properties)
        } catch {
            throw CommandFailure(.badConfiguration, "librdkafka: \(error)")
        }
        do throws(RDKafkaError) { try await administrator.connect(timeout: timeout ?? .seconds(30)) } catch {
            throw BrokerFailure.failure(error, doing: "the first contact", servers: servers)
        }
        return administrator
    }
}
