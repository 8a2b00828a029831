import CRDKafka

/// The librdkafka that the process runs with.
public enum RDKafkaVersion {
    /// `0xMMmmrrpp`: major, minor and revision, and `ff` for a release. Later versions are larger.
    public static var number: Int32 { rd_kafka_version() }
    /// As people write it: `2.0.2`.
    public static var text: String { String(cString: rd_kafka_version_str()) }
}
