import KafkaRetryConfiguration

extension SettingOrigin {
    /// How the command ends over a value that cannot be meant.
    var status: ExitStatus {
        switch self {
        case .flag, .argument: .usage
        case .environment, .file, .line, .propertiesFile: .badConfiguration
        }
    }

    /// The failure that names this place and says what is wrong there.
    func failure(_ problem: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(status, "\(description): \(problem)", hint: hint)
    }
}

extension CommandFailure {
    /// The failure over a setting. What a flag names and is not to be found is no mistake in the command line itself.
    init(_ error: SettingError) {
        self.init(error.isMissing ? .badConfiguration : error.origin.status, "\(error.origin.description): \(error.problem)")
    }

    /// What `body` answers; what is wrong with a setting becomes the command's failure.
    static func over<Answer>(_ body: () throws(SettingError) -> Answer) throws(CommandFailure) -> Answer {
        do throws(SettingError) { return try body() } catch { throw CommandFailure(error) }
    }
}
