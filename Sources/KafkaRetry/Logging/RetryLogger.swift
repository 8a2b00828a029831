/// What this project logs through: a level below which nothing is made, and a handler for the rest.
public struct RetryLogger: Sendable {
    /// Lines below this level are dropped before their values are computed.
    public var level: LogLevel
    private let handler: (any RetryLogHandler)?
    private var fields: [(key: LogKey, value: LogValue)] = []

    /// Lines of `level` and above go to `handler`.
    public init(level: LogLevel = .info, handler: any RetryLogHandler) {
        self.level = level
        self.handler = handler
    }

    private init() {
        level = .error
        handler = nil
    }

    /// Logs nothing.
    public static let silent = RetryLogger()

    /// Writes lines of level `notice` and above to standard error, as ``standardError(_:)`` does.
    public static let standardError = standardError(.notice)

    /// Writes lines of `level` and above to standard error: time, level, message, `key=value`. Blocks while its reader is slow.
    public static func standardError(_ level: LogLevel) -> RetryLogger {
        RetryLogger(level: level, handler: TextLogHandler(stream: .standardError))
    }

    /// The same logger, whose every line also carries `fields`, in front of its own.
    public func with(_ fields: KeyValuePairs<LogKey, LogValue>) -> RetryLogger {
        var logger = self
        logger.fields += fields.map { (key: $0.key, value: $0.value) }
        return logger
    }

    /// Writes a line, if `level` is high enough.
    public func log(_ level: LogLevel, _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        guard let handler, level >= self.level else { return }
        let own = fields().map { (key: $0.key, value: $0.value) }
        handler.handle(LogEntry(level: level, message: "\(message)", fields: self.fields + own))
    }

    /// Every step.
    public func trace(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.trace, message, fields())
    }

    /// What helps to understand a single case.
    public func debug(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.debug, message, fields())
    }

    /// The ordinary course.
    public func info(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.info, message, fields())
    }

    /// Unusual but no fault.
    public func notice(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.notice, message, fields())
    }

    /// Something that somebody should look at.
    public func warning(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.warning, message, fields())
    }

    /// Something that was not done.
    public func error(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
        log(.error, message, fields())
    }
}
