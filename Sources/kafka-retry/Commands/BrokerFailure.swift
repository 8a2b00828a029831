import RDKafka

/// What a broker's answer means for the person at the keyboard.
enum BrokerFailure {
    /// The failure for an answer to what was tried: `doing` says it, `creating the topic A-Retry`.
    static func failure(_ error: RDKafkaError, doing: String, servers: [String]) -> CommandFailure {
        let place = servers.joined(separator: ",")
        switch error.code {
        case .authentication, .saslAuthenticationFailed:
            return CommandFailure(
                .notAuthorised, "\(place) refuses the credentials: \(error.message)",
                hint: "Check sasl.username, sasl.password and sasl.mechanism (-X, --command-config, or 'properties:' in the file).")
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed, .transactionalIdAuthorizationFailed:
            return CommandFailure(.notAuthorised, "not authorised for \(doing): \(error.message)", hint: "Grant it with an ACL.")
        case .timedOut, .transport, .allBrokersDown, .resolve, .tls:
            return CommandFailure(
                .noBroker, "no broker answers at \(place) for \(doing): \(error.message)",
                hint: "Check --bootstrap-server, and security.protocol if the cluster wants TLS or SASL.")
        default:
            return CommandFailure(.cannotCreate, "\(doing) failed: \(error)")
        }
    }
}
