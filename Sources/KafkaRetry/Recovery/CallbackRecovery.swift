/// Hands a message to a closure.
public struct CallbackRecovery: KafkaRecoveryHandler {
    private let body: @Sendable (UndeliveredMessage) async throws -> Void

    /// A handler that takes what `body` returns for, and passes on what it throws for.
    public init(_ body: @escaping @Sendable (_ message: UndeliveredMessage) async throws -> Void) { self.body = body }

    /// Calls the closure; throws what it throws.
    public func recover(_ message: UndeliveredMessage, using producer: RecoveryProducer) async throws -> RecoveryOutcome {
        try await body(message)
        return .recovered
    }
}
