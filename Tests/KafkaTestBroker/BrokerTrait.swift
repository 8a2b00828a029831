public import Testing

extension Trait where Self == ConditionTrait {
    /// Runs the test only where a broker is found that can do all of `capabilities`. Elsewhere the test is skipped, and the
    /// summary names it with what was missing.
    public static func broker(requires capabilities: KafkaTestBroker.Capability...) -> Self {
        guard let source = BrokerSource.shared else {
            return .disabled("no broker: none of KAFKA_BOOTSTRAP, KAFKA_HOME, ../shared/kafka, KAFKA_RETRY_NOIDA leads to one")
        }
        let missing = capabilities.filter { !KafkaTestBroker.Capability.available.contains($0) }.map(\.rawValue)
        guard !missing.isEmpty else { return .enabled(if: true) }
        return .disabled("\(source.name) lacks \(missing.joined(separator: ", "))")
    }

    /// Runs the test only where a broker is found.
    public static var broker: Self { .broker() }
}
