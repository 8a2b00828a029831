import KafkaRetry

/// `help`: what `--help` shows, and the reference of all options.
enum HelpCommand {
    static let description = CommandDescription(
        path: ["help"], summary: "Show the help of a command, or all options.",
        details: """
            'help COMMAND' is the same as 'COMMAND --help'. 'help options' lists every option with its environment variable, its key
            in the YAML file and its default, as Markdown.
            """,
        operands: "[COMMAND|options]", options: [OptionTable.help.description], statuses: [], run: run)

    private static func run(_ invocation: Invocation) async throws -> ExitStatus {
        for line in try lines(invocation.operands[...]) { invocation.output.write(line: line) }
        return .done
    }

    private static func lines(_ operands: ArraySlice<String>) throws(CommandFailure) -> [String] {
        if operands.isEmpty { return Help.overview() }
        if Array(operands) == ["options"] { return OptionReference.markdown() }
        switch try CommandTable.match(operands) {
        case .group(let word, _): return Help.group(word, CommandTable.members(of: word))
        case .command(let command, let rest):
            if let extra = rest.first { throw CommandFailure(.usage, "'\(extra)' is not expected after '\(command.name)'") }
            return Help.command(command)
        }
    }
}
