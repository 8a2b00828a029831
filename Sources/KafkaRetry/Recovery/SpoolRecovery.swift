/// Puts a message into the producer's own spool, ``ProducerConfiguration/spool``, unless it would be overtaken there or can never be delivered.
///
/// Its place in a chain is all that it says: the producer itself writes whole batches, in the order of their lanes.
public struct SpoolRecovery: KafkaRecoveryHandler {
    /// The handler.
    public init() {}

    /// Throws: a producer writes its own spool and never asks this.
    public func recover(_ message: UndeliveredMessage, using producer: RecoveryProducer) async throws -> RecoveryOutcome {
        throw RecoveryDeclined("the producer has no spool")
    }
}
