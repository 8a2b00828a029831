import KafkaRetry

/// `demo`: retries to look at, with nothing installed.
enum DemoCommand {
    static let description = CommandDescription(
        path: ["demo"], summary: "Show retries at work, without a broker.",
        details: """
            Lets ten orders come in, some of which a pretend service fails to handle, and shows how each waits, is retried, recovers
            or is given up: live on a terminal, a line for each event elsewhere. Takes some 10 seconds. Runs on a mock Kafka inside
            this process, at least once; with --bootstrap-server on a real one, exactly once, in topics of a random name that are
            deleted afterwards. Ends with 1 if its totals, counted from the topics, do not add up.
            """,
        options: OptionTable.connection + OptionTable.selection + OptionTable.logging + [OptionTable.help.description],
        statuses: [.answerIsNo, .noBroker, .cannotCreate, .notAuthorised, .badConfiguration, .interruptedTwice], run: run)

    private static func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try invocation.settings()
        var logger = try invocation.logger(settings)
        guard let demo = invocation.program.demo else { throw CommandFailure(.defect, "this build has no demo in it") }
        var configuration = DemoConfiguration()
        configuration.suit(isTerminal: invocation.output.isTerminal, environment: invocation.program.environment)
        if settings.given(OptionTable.logLevel.description) == nil {
            // The demo tells its story itself.
            logger.level = configuration.isLive ? .error : .warning
        } else if invocation.program.errors.isTerminal {
            // Log and view would write over each other.
            configuration.isLive = false
            configuration.hasColours = false
        }
        configuration.cluster = try cluster(invocation, settings)
        let signals = invocation.program.stopSignals()
        return try await demo.run(configuration, output: invocation.output, logger: logger) {
            _ = await signals.requested()
        }
    }

    /// Only who names a cluster on the command line gets topics made in it: a variable or file is meant for the relay.
    private static func cluster(_ invocation: Invocation, _ settings: Settings) throws(CommandFailure) -> DemoConfiguration.Cluster? {
        guard settings.flags[OptionTable.bootstrapServer.description.name] != nil else { return nil }
        let connection = try invocation.program.loader.connection(settings)
        var cluster = DemoConfiguration.Cluster(bootstrapServers: connection.bootstrapServers)
        cluster.properties = connection.properties
        cluster.topicPrefix = connection.topicPrefix
        cluster.startupTimeout = try settings.value(OptionTable.startupTimeout) ?? cluster.startupTimeout
        return cluster
    }
}
