import KafkaRetry

/// What `demo` shows.
protocol DemoStage: Sendable {
    /// Runs the demo on `output` until it is over or `stop` returns.
    func run(
        _ configuration: DemoConfiguration, output: LineStream, logger: RetryLogger, stop: @escaping @Sendable () async -> Void
    ) async throws -> ExitStatus
}
