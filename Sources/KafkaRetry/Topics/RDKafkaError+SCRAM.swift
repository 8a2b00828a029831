import RDKafka

extension RDKafkaError {
    /// The same error, and, where a right password may have been refused, why: with SCRAM a librdkafka before 2.6.1 sends a nonce that
    /// Kafka 4 takes for invalid credentials (librdkafka #4895).
    var explainingSCRAM: RDKafkaError {
        guard code == .authentication || code == .saslAuthenticationFailed, message.contains("SCRAM"),
            RDKafkaVersion.number < 0x0206_01FF
        else { return self }
        var error = self
        let remedy = "SCRAM with Kafka 4 needs 2.6.1 or newer, whatever the password: use that, or PLAIN over TLS"
        error.message += "; this is librdkafka \(RDKafkaVersion.text), and \(remedy)"
        return error
    }
}
