/// What a hop promises when a process or a broker dies in the middle of it.
public enum DeliveryGuarantee: String, Hashable, Sendable, CaseIterable {
    /// Each hop is one Kafka transaction with the progress that it makes: nothing is lost and nothing repeated.
    case exactlyOnce = "exactly-once"
    /// Nothing is lost; what was in flight may be repeated. For brokers without transactions.
    case atLeastOnce = "at-least-once"
}
