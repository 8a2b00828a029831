/// What a record that was read from the retry topic is to us.
public enum Arrival: Hashable, Sendable {
    /// Another group's or another service's: done as far as we are concerned, and counted.
    case passedOver
    /// Our group's bookkeeping, not a message.
    case marker
    /// Ours, and something happens to it then; at once (`.distantPast`) if it is to be dead-lettered or carries no time.
    case due(Timestamp)
}
