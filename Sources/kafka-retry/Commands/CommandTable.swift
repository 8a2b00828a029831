import KafkaRetryConfiguration

/// Every command, in the order of the help.
enum CommandTable {
    static let all = [
        RunCommand.description, ProduceCommand.description, DemoCommand.description, TopicsCommand.create, TopicsCommand.check,
        TopicsCommand.list, HelpCommand.description,
    ]

    /// What the arguments' first words name.
    enum Match {
        case command(CommandDescription, rest: ArraySlice<String>)
        /// The first word of several commands, such as `topics`.
        case group(String, rest: ArraySlice<String>)
    }

    /// The command at the front of `arguments`, which are not empty.
    static func match(_ arguments: ArraySlice<String>) throws(CommandFailure) -> Match {
        let found = all.filter { arguments.starts(with: $0.path) }.max { $0.path.count < $1.path.count }
        if let found { return .command(found, rest: arguments.dropFirst(found.path.count)) }
        let first = arguments.first ?? ""
        let members = all.filter { $0.path.first == first }
        let rest = arguments.dropFirst()
        guard !members.isEmpty else {
            let names = all.compactMap(\.path.first)
            throw CommandFailure(
                .usage, "there is no command '\(first)'" + Suggestion.clause(for: first, among: names), hint: list(all))
        }
        if let second = rest.first, !second.hasPrefix("-") {
            let names = members.compactMap(\.path.last)
            throw CommandFailure(
                .usage, "there is no command '\(first) \(second)'" + Suggestion.clause(for: second, among: names), hint: list(members))
        }
        return .group(first, rest: rest)
    }

    /// The commands that begin with `word`.
    static func members(of word: String) -> [CommandDescription] { all.filter { $0.path.first == word } }

    /// The commands' names in one line.
    static func list(_ commands: [CommandDescription]) -> String {
        "The commands are: \(commands.map(\.name).joined(separator: ", "))."
    }
}
