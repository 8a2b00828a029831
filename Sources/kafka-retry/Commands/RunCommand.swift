import KafkaRetry
import RetryCore

/// `run`: the relay.
enum RunCommand {
    static let description = CommandDescription(
        path: ["run"], summary: "Relay retry topics until told to stop.",
        details: """
            Takes each record of TOPIC-Retry when it is due, and not before, back to TOPIC; records without retries left go to
            TOPIC-Error. Runs until SIGTERM or SIGINT, then finishes what is in flight, 10 s at most. Stdout has one JSON object a
            line, "ready" first and "stopped" last; the log goes to stderr. Several processes of one --group, each with its own
            --instance, share the partitions.
            """,
        options: OptionTable.relay + OptionTable.general,
        statuses: [.noBroker, .cannotCreate, .notAuthorised, .badConfiguration, .interruptedTwice], run: run)

    private static func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try invocation.settings()
        let loader = invocation.program.loader
        let topics = try loader.topics(settings)
        let connection = try loader.connection(settings)
        let configuration = try loader.relay(settings, topics, connection)
        let logger = try invocation.logger(settings).naming(connection)
        guard let engine = invocation.program.engine else { throw CommandFailure(.defect, "this build has no relay in it") }
        let output = invocation.output
        let signals = invocation.program.stopSignals()
        logger.info(
            "starting",
            [
                .version: .string(Version.current), .topics: .list(configuration.topics.map(\.name)), .group: .string(configuration.group),
                .instance: .string(configuration.instance),
            ])
        let account = try await engine.run(configuration, logger: logger) {
            output.write(line: RelayEvent.ready(topics: configuration.topics.map(\.name)).json.text)
        } stop: {
            guard let signal = await signals.requested() else { return }
            logger.info("stopping", [.signal: .string(signal.rawValue)])
        }
        output.write(line: RelayEvent.stopped(account).json.text)
        return .done
    }
}
