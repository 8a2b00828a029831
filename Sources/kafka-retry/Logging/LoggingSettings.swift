import KafkaRetry

/// The logger that the settings ask for.
enum LoggingSettings {
    /// Logs to `stream`; readable on a terminal and JSON elsewhere unless told otherwise.
    static func logger(_ settings: Settings, to stream: LineStream) throws(CommandFailure) -> RetryLogger {
        let level = try settings.value(OptionTable.logLevel) ?? .info
        let handler: any RetryLogHandler =
            switch try settings.value(OptionTable.logFormat) ?? (stream.isTerminal ? .text : .json) {
            case .text: TextLogHandler(stream: stream)
            case .json: JSONLogHandler(stream: stream)
            }
        return RetryLogger(level: level, handler: handler)
    }
}
