/// Where somebody wrote a setting.
package enum SettingOrigin: Equatable, Sendable {
    case flag(String)
    case environment(String)
    /// A file's path, a line counted from 1, and the path of the key: `topics.PatientEvent.delays`.
    case file(String, line: Int, key: String)
    /// A file's path and a line that is no setting.
    case line(String, Int)
    /// The path of a file of librdkafka properties.
    case propertiesFile(String)
    /// The name of a call's argument.
    case argument(String)

    /// As an error names it.
    package var description: String {
        switch self {
        case .flag(let name), .argument(let name): name
        case .environment(let name): "the environment variable \(name)"
        case .propertiesFile(let path): path
        case .line(let path, let line): "\(path), line \(line)"
        case .file(let path, let line, let key): "\(path), line \(line): \(key)"
        }
    }

    /// The same place in a file, `line` lines from its start.
    package func at(line: Int) -> SettingOrigin {
        if case .file(let path, _, let key) = self { .file(path, line: line, key: key) } else { self }
    }

    /// What is wrong with what stands there.
    package func error(_ problem: String) -> SettingError { SettingError(origin: self, problem: problem) }

    /// What stands there may be meant, but what it names is not to be found.
    package func missing(_ problem: String) -> SettingError { SettingError(origin: self, problem: problem, isMissing: true) }
}
