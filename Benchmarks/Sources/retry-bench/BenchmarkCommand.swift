/// One command of `retry-bench`.
protocol BenchmarkCommand {
    /// Takes what comes behind BOOT and TOPIC.
    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws

    /// Answers what it measured, if it measured anything.
    func run() async throws -> BenchmarkReport?
}
