/// Where log lines go: to a terminal, a file, or swift-log.
public protocol RetryLogHandler: Sendable {
    /// Takes one line. It is called from any thread, should not block for long, and has no way to fail.
    func handle(_ entry: LogEntry)
}
