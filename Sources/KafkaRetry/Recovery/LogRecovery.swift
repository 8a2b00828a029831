/// Logs that a message is lost, without its key, value and headers, and passes it on: a line is no place for a message.
public struct LogRecovery: KafkaRecoveryHandler {
    private let log: RetryLogger

    /// A handler that writes to `log`.
    public init(_ log: RetryLogger) { self.log = log }

    /// Writes the line, and always throws, so that the next handler is asked.
    public func recover(_ undelivered: UndeliveredMessage, using producer: RecoveryProducer) async throws -> RecoveryOutcome {
        log.error(
            "a message could not be delivered",
            [.topic: .string(undelivered.message.topic.name), .reason: .string(undelivered.reason), .count: LogValue(undelivered.attempts)])
        throw RecoveryDeclined("it was logged")
    }
}
