import KafkaRetry

/// What `demo` shows.
protocol DemoStage: Sendable {
    /// Runs the demo, writing what happens with `say`, a line at a time, until it is over or `stop` returns.
    func run(logger: RetryLogger, say: @Sendable (String) -> Void, stop: @Sendable () async -> Void) async throws -> ExitStatus
}
