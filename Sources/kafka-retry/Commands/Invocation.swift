import KafkaRetry

/// What a command is given to work with.
struct Invocation: Sendable {
    var arguments: ArgumentParser.Result
    /// What stood there besides options, for `help`.
    var operands: [String] = []
    var program: KafkaRetryProgram

    var output: LineStream { program.output }

    /// Command line, environment and file together.
    func settings() throws(CommandFailure) -> Settings { try program.loader.settings(arguments) }

    /// Writes `table` to stdout.
    func write(_ table: Table, _ format: OutputFormat) {
        for line in table.lines(format) { output.write(line: line) }
    }

    /// The logger that `settings` ask for.
    func logger(_ settings: Settings) throws(CommandFailure) -> RetryLogger {
        let logger = try LoggingSettings.logger(settings, to: program.errors)
        for variable in settings.unknownVariables { logger.warning("unknown environment variable", [.setting: .string(variable)]) }
        return logger
    }
}
