import KafkaRetry

/// `demo`: retries to look at, with nothing installed.
enum DemoCommand {
    static let description = CommandDescription(
        path: ["demo"], summary: "Show retries at work, without a broker.",
        details: """
            Starts a mock Kafka cluster inside this process, lets records fail, and prints when each is retried and what is given up.
            Needs no broker and leaves nothing behind.
            """,
        options: OptionTable.logging + [OptionTable.help.description], statuses: [.interruptedTwice], run: run)

    private static func run(_ invocation: Invocation) async throws -> ExitStatus {
        let logger = try invocation.logger(try invocation.settings())
        guard let demo = invocation.program.demo else { throw CommandFailure(.defect, "this build has no demo in it") }
        let output = invocation.output
        let signals = invocation.program.stopSignals()
        return try await demo.run(logger: logger) {
            output.write(line: $0)
        } stop: {
            _ = await signals.requested()
        }
    }
}
