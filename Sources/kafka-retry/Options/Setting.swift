/// What somebody wrote for an option, and where.
struct Setting: Equatable {
    enum Origin: Equatable {
        case flag(String)
        case environment(String)
        /// A file's path, a line counted from 1, and the path of the key: `topics.PatientEvent.delays`.
        case file(String, line: Int, key: String)
        /// The path of a file of librdkafka properties.
        case propertiesFile(String)

        /// As an error names it.
        var description: String {
            switch self {
            case .flag(let flag): flag
            case .environment(let name): "the environment variable \(name)"
            case .propertiesFile(let path): path
            case .file(let path, let line, let key): "\(path), line \(line): \(key)"
            }
        }

        /// The same place in a file, `line` lines from its start.
        func at(line: Int) -> Origin {
            if case .file(let path, _, let key) = self { .file(path, line: line, key: key) } else { self }
        }

        /// How the command ends over a value that cannot be meant.
        var status: ExitStatus {
            switch self {
            case .flag: .usage
            case .environment, .file, .propertiesFile: .badConfiguration
            }
        }

        /// The failure that names this place and says what is wrong there.
        func failure(_ problem: String, hint: String? = nil) -> CommandFailure {
            CommandFailure(status, "\(description): \(problem)", hint: hint)
        }
    }

    var texts: [String]
    var origin: Origin
}
