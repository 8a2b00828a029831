import KafkaRetryConfiguration

/// Reads a command's arguments by the option table: `--name value`, `--name=value`, `--toggle`, `--no-toggle`, `-x value`, `-xvalue`.
struct ArgumentParser {
    struct Result: Equatable {
        var settings: Settings.Layer = [:]
        var properties: [PropertySetting] = []

        func isOn(_ toggle: OptionDescription) -> Bool { settings[toggle.name]?.texts.last == "true" }
    }

    /// The command as the user typed it, for errors: `topics check`.
    let command: String
    let options: [OptionDescription]
    private var result = Result()
    private var afterProperty = false

    private init(command: String, options: [OptionDescription]) {
        self.command = command
        self.options = options
    }

    /// What `arguments` say, the command's own name not among them.
    static func parse(_ arguments: [String], command: String, options: [OptionDescription]) throws(CommandFailure) -> Result {
        var parser = ArgumentParser(command: command, options: options)
        var rest = arguments[...]
        while let argument = rest.popFirst() { try parser.take(argument, &rest) }
        return parser.result
    }

    private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
        defer { afterProperty = argument.hasPrefix("-X") }
        guard argument.hasPrefix("-"), argument.count > 1 else { throw unexpected(argument) }
        if argument.hasPrefix("--") {
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts.first.map(String.init) ?? ""
            try take(name, written: "--\(name)", inline: parts.count > 1 ? String(parts[1]) : nil, &rest)
        } else {
            let name = String(argument.dropFirst().prefix(1))
            let inline = argument.dropFirst(2)
            try take(name, written: "-\(name)", inline: inline.isEmpty ? nil : String(inline), &rest)
        }
    }

    private mutating func take(
        _ name: String, written flag: String, inline: String?, _ rest: inout ArraySlice<String>
    ) throws(CommandFailure) {
        if let option = options.first(where: { $0.flag == flag }) {
            if option.shape == .toggle { return try store(option, flag, [inline ?? "true"]) }
            // What looks like the next option is not taken for a value that was forgotten.
            let isValue = inline != nil || rest.first.map { !$0.hasPrefix("--") || $0.contains(" ") } ?? false
            guard isValue, let text = inline ?? rest.popFirst() else {
                throw usage("\(flag) has no value; write \(option.usage)")
            }
            switch option.shape {
            case .properties: try property(flag, text)
            case .list: try store(option, flag, CommaList.split(text))
            case .single, .toggle: try store(option, flag, [text])
            }
        } else if name.hasPrefix("no-"), let option = options.first(where: { $0.shape == .toggle && "no-" + $0.name == name }) {
            if let inline { throw usage("\(flag) takes no value, but has '\(inline)'") }
            try store(option, flag, ["false"])
        } else {
            throw unknown(flag)
        }
    }

    private mutating func store(_ option: OptionDescription, _ flag: String, _ texts: [String]) throws(CommandFailure) {
        guard let earlier = result.settings[option.name] else {
            result.settings[option.name] = Setting(texts: texts, origin: .flag(flag))
            return
        }
        switch option.shape {
        case .list(repeats: true): result.settings[option.name]?.texts += texts
        case .toggle where earlier.texts == texts: return
        case .toggle: throw usage("\(earlier.origin.description) and \(flag) contradict each other")
        default: throw usage("\(flag) is given twice" + (option.shape == .list(repeats: false) ? "; separate values by commas" : ""))
        }
    }

    private mutating func property(_ flag: String, _ text: String) throws(CommandFailure) {
        // The text may be a secret: it is not repeated.
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw usage("\(flag) needs NAME=VALUE, without spaces around the '='; see 'kafka-retry help \(command)'")
        }
        let name = String(text[..<equals])
        let value = String(text[text.index(after: equals)...])
        result.properties.append(PropertySetting(name: name, value: value, origin: .flag("\(flag) \(name)")))
    }

    private func unexpected(_ argument: String) -> CommandFailure {
        if afterProperty { return usage("an argument that is no option follows -X; are there spaces around its '='?") }
        let problem = "'\(argument)' is not expected"
        let named = options.first { $0.name == argument }
        return usage(named.map { "\(problem); did you mean '\($0.flag)'?" } ?? problem)
    }

    private func unknown(_ flag: String) -> CommandFailure {
        if let elsewhere = OptionTable.all.first(where: { $0.flag == flag || "--no-" + $0.name == flag }) {
            return usage("\(elsewhere.flag) is not an option of '\(command)'")
        }
        let flags = options.map(\.flag) + options.filter { $0.shape == .toggle }.map { "--no-\($0.name)" }
        return usage("there is no option \(flag)" + Suggestion.clause(for: flag, among: flags))
    }

    private func usage(_ message: String) -> CommandFailure {
        CommandFailure(.usage, message, hint: "'kafka-retry help \(command)' shows the options.")
    }
}
