/// One command of `retry-bench`.
protocol BenchmarkCommand {
    /// Answers what it measured, if it measured anything.
    func run() async throws -> BenchmarkReport?
}
