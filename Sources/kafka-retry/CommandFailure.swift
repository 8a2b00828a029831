/// Why a command ends without having done its work: what the person at the keyboard reads, and the status.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    var status: ExitStatus
    /// What was wrong, and where.
    var message: String
    /// What to do about it.
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// The lines on stderr.
    var description: String { "kafka-retry: \(message)" + (hint.map { "\n  \($0)" } ?? "") }
}
