import KafkaRetry

/// What moves the records while `run` reads options, prints events and minds signals.
protocol RelayEngine: Sendable {
    /// Relays until `stop` returns, then finishes what is in flight and tells what it did.
    ///
    /// - Parameters:
    ///   - ready: called once, when each topic is checked and the group joined.
    ///   - stop: returns when somebody asked to stop; it may be awaited more than once.
    /// - Throws: `CommandFailure` with the status that the process is to end with.
    func run(
        _ configuration: RelayConfiguration, logger: RetryLogger, ready: @escaping @Sendable () -> Void,
        stop: @escaping @Sendable () async -> Void
    ) async throws -> RelayAccount
}
