/// The help texts, made from the tables.
enum Help {
    private static let width = 100

    /// `kafka-retry --help`.
    static func overview() -> [String] {
        var lines = [
            "kafka-retry \(Version.current): Kafka retries that lose nothing, repeat nothing and are never early.", "",
            "Usage: kafka-retry COMMAND [OPTIONS]", "", "Commands:",
        ]
        lines += columns(CommandTable.all.map { ($0.name, $0.summary) })
        lines += ["", "Options:"]
        lines += columns([OptionTable.help, OptionTable.version].map { ($0.description.flag, $0.description.help) })
        return lines + [""] + statuses(ExitStatus.allCases) + ["", "'kafka-retry help COMMAND' shows a command's options."]
    }

    /// `kafka-retry topics --help`.
    static func group(_ word: String, _ members: [CommandDescription]) -> [String] {
        ["Usage: kafka-retry \(word) COMMAND [OPTIONS]", "", "Commands:"] + columns(members.map { ($0.name, $0.summary) })
            + ["", "'kafka-retry help \(word) COMMAND' shows a command's options."]
    }

    /// `kafka-retry run --help`.
    static func command(_ command: CommandDescription) -> [String] {
        let operands = command.operands.isEmpty ? "" : " \(command.operands)"
        var lines = ["Usage: kafka-retry \(command.name)\(operands) [OPTIONS]", ""] + wrapped(command.details, width: width)
        lines += ["", "Options:"] + columns(command.options.map { ($0.usage, text($0)) })
        if command.options.contains(where: { $0.name == OptionTable.config.description.name }) {
            lines += [""] + wrapped(elsewhere(command), width: width)
        }
        return lines + [""] + statuses([.done] + command.statuses + [.usage, .defect])
    }

    /// Where else its options may be given.
    private static func elsewhere(_ command: CommandDescription) -> String {
        var text = """
            An option that is not given is taken from the environment (--max-delay from KAFKA_RETRY_MAX_DELAY; -X sasl.password \
            from KAFKA_RETRY_X_SASL_PASSWORD), else from the file of --config, else it has its default.
            """
        let others = command.options.filter { $0.reach == .commandLine && $0.name != OptionTable.help.description.name }.map(\.flag)
        if !others.isEmpty { text += " Only the command line has \(others.joined(separator: ", "))." }
        if command.options.contains(where: { $0.name == OptionTable.topic.description.name && $0.reach == .everywhere }) {
            text += " In the file, 'topics:' may give single topics a policy of their own, which weighs more than the policy of all."
        }
        return text + """
             In the file, 'clusters:' and 'tenants:' hold brokers, credentials and topic prefixes, of which --cluster and --tenant choose. \
            A tenant's variables are such as KAFKA_RETRY_TENANT__CLINIC_A__X_SASL_PASSWORD.
            """
    }

    private static func text(_ option: OptionDescription) -> String {
        guard let standard = option.standard, option.shape != .toggle else { return option.help }
        return option.help + " Default: \(standard.hasPrefix("(") ? String(standard.dropFirst().dropLast()) : standard)."
    }

    private static func statuses(_ statuses: [ExitStatus]) -> [String] {
        ["Exit status:"]
            + columns(Set(statuses).sorted { $0.rawValue < $1.rawValue }.map { (String($0.rawValue), $0.meaning) })
    }

    /// Two columns, the second wrapped; what is too long for the first has a line of its own.
    private static func columns(_ rows: [(String, String)]) -> [String] {
        let left = min(30, rows.map(\.0.count).max() ?? 0)
        let indent = String(repeating: " ", count: left + 4)
        return rows.flatMap { name, text in
            var lines = wrapped(text, width: width - indent.count).map { indent + $0 }
            guard name.count <= left, let first = lines.first else { return ["  " + name] + lines }
            lines[0] = "  " + name + first.dropFirst(2 + name.count)
            return lines
        }
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
