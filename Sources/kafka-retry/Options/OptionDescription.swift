import KafkaRetry

/// All that is to be known about an option without its value's type: what the parser, the help, the environment and the file need.
struct OptionDescription: Sendable {
    enum Shape: Equatable, Sendable {
        /// On or off: `--name`, `--no-name`.
        case toggle
        /// One value.
        case single
        /// Values separated by commas, a list in YAML; given several times if `repeats`.
        case list(repeats: Bool)
        /// `-X name=value`, a mapping in YAML.
        case properties
    }

    /// What a changed value needs to take effect.
    enum Scope: Equatable, Sendable {
        /// It has gone into clients, group membership or topic names: a new process.
        case process
        /// It is looked at for each record or line: nothing that is open depends on it.
        case record
    }

    /// Where it may be given besides the command line.
    enum Reach: Equatable, Sendable {
        case commandLine
        case environment
        case everywhere
    }

    var name: String
    var shape: Shape
    /// What stands for the value in the help.
    var placeholder: String
    /// The default as it would be written, or in words in parentheses.
    var standard: String?
    var help: String
    var scope: Scope
    var reach: Reach
    /// Throws what is wrong with the given values.
    var check: @Sendable ([String]) throws(NotationError) -> Void

    /// The default as a value; `nil` if it is none, or only known when the process runs.
    var standardValue: String? { standard.flatMap { $0.hasPrefix("(") ? nil : $0 } }

    /// As on the command line: `--group`, `-X`.
    var flag: String { name.count == 1 ? "-\(name)" : "--\(name)" }

    /// As in the environment: `KAFKA_RETRY_GROUP`; for properties the start of the name.
    var environmentName: String? {
        guard reach != .commandLine else { return nil }
        let name = "KAFKA_RETRY_" + name.uppercased().map { $0 == "-" ? "_" : $0 }
        return shape == .properties ? name + "_" : name
    }

    /// As in the YAML file: `group`.
    var key: String? {
        guard reach == .everywhere else { return nil }
        return shape == .properties ? "properties" : name
    }

    /// As the help shows it: `--group NAME`.
    var usage: String {
        switch shape {
        case .toggle: standard == "true" ? "--no-\(name)" : flag
        case .single, .list, .properties: "\(flag) \(placeholder)"
        }
    }
}
