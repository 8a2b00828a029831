/// A command: how it is called, what the help says of it, and what it does.
struct CommandDescription: Sendable {
    /// `topics check` is `["topics", "check"]`.
    var path: [String]
    /// One line for the list of commands.
    var summary: String
    /// A paragraph for its own help.
    var details: String
    /// What may stand between name and options: `[COMMAND]`.
    var operands = ""
    var options: [OptionDescription]
    /// Statuses it ends with besides 0, 64 and 70.
    var statuses: [ExitStatus]
    var run: @Sendable (Invocation) async throws -> ExitStatus

    /// As it is typed.
    var name: String { path.joined(separator: " ") }
}
