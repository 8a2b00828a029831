import RDKafka

/// The librdkafka properties that the relay decides itself, since its promises rest on them.
public enum ReservedProperties {
    /// What to use in place of the property `name`; `nil` if it may be set.
    public static func substitute(for name: String) -> String? { substitutes[name] }

    /// What librdkafka calls a property of Kafka's Java client that it does not know; `nil` if there is nothing to say.
    public static func librdkafkaName(forJava name: String) -> String? { javaNames[name] }

    /// Throws the first of `properties` that may not be set.
    static func check(_ properties: RDKafkaConfiguration) throws(ConfigurationError) {
        for name in properties.properties.keys.sorted() {
            if let substitute = substitute(for: name) {
                throw ConfigurationError(name, "may not be set, since what is promised rests on it: \(substitute)")
            }
            if let known = librdkafkaName(forJava: name) { throw ConfigurationError(name, "is Java's: \(known)") }
        }
    }

    private static let substitutes: [String: String] = [
        "bootstrap.servers": "use --bootstrap-server",
        "metadata.broker.list": "use --bootstrap-server",
        "group.id": "use --group",
        "group.instance.id": "use --instance",
        "transactional.id": "it is made from --group and --instance",
        "enable.idempotence": "it is always on",
        "acks": "it is always all",
        "request.required.acks": "it is always all",
        "isolation.level": "use --delivery",
        "enable.auto.commit": "progress is committed together with what it covers",
        "enable.auto.offset.store": "progress is committed together with what it covers",
        "auto.offset.reset": "a new group starts at the earliest record",
        "transaction.timeout.ms": "it is 10 s",
        "queued.max.messages.kbytes": "use --memory",
        "check.crcs": "a record that was skipped would be taken for one that was never there",
    ]

    private static let javaNames: [String: String] = [
        "sasl.jaas.config": "write sasl.username and sasl.password",
        "ssl.truststore.location": "write ssl.ca.location, a PEM file",
        "ssl.truststore.password": "write ssl.ca.location, a PEM file",
        "ssl.truststore.type": "write ssl.ca.location, a PEM file",
        "ssl.keystore.type": "write ssl.keystore.location, a PKCS#12 file, or ssl.certificate.location and ssl.key.location",
    ]
}
