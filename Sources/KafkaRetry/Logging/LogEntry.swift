/// One line of the log. It never holds a record's key, value or headers.
public struct LogEntry: Sendable {
    /// How much it matters.
    public var level: LogLevel
    /// What happened: the same words each time, so that lines can be counted by them.
    public var message: String
    /// The particulars, in order.
    public var fields: [(key: LogKey, value: LogValue)]

    /// A line of `level`.
    public init(level: LogLevel, message: String, fields: [(key: LogKey, value: LogValue)] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }
}
