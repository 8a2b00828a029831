import KafkaRetry
import KafkaRetryConfiguration

/// What the command line, the environment and the file say together: the first of them that mentions an option decides it.
struct Settings {
    /// What one of them says, by the options' names.
    typealias Layer = [String: Setting]

    var flags: Layer = [:]
    var environment: Layer = [:]
    var file = SettingsFile()
    /// `-X` and `KAFKA_RETRY_X_…`, in this order of weight.
    var flagProperties: [PropertySetting] = []
    var environmentProperties: [PropertySetting] = []
    /// What clusters and tenants have of their own in the environment.
    var environmentSections = ClusterSections()
    /// Variables that look like ours and are not.
    var unknownVariables: [String] = []

    /// What has the most weight first.
    var layers: [Layer] { [flags, environment, file.settings] }

    /// What was given for `option`; `nil` if nobody gave anything.
    func given(_ option: OptionDescription) -> Setting? { Self.given(option, in: layers) }

    /// The value of `option`, its default if nobody gave one, `nil` if it has none.
    func value<Value>(_ option: Option<Value>) throws(CommandFailure) -> Value? { try Self.value(option, in: layers) }

    /// What the first of `layers` that mentions `option` says.
    static func given(_ option: OptionDescription, in layers: [Layer]) -> Setting? {
        for layer in layers {
            if let setting = layer[option.name] { return setting }
        }
        return nil
    }

    /// The value that the first of `layers` gives `option`, else its default.
    static func value<Value>(_ option: Option<Value>, in layers: [Layer]) throws(CommandFailure) -> Value? {
        if let setting = given(option.description, in: layers) { return try value(option, setting) }
        return option.description.standardValue.flatMap { try? option.parse([$0]) }
    }

    /// What `setting` means for `option`.
    static func value<Value>(_ option: Option<Value>, _ setting: Setting) throws(CommandFailure) -> Value {
        do throws(NotationError) { return try option.parse(setting.texts) } catch { throw setting.origin.failure(error.problem) }
    }

    /// What is said of how Kafka is reached.
    var connection: ConnectionSources {
        ConnectionSources(
            flags: ConnectionLayer(settings: flags, properties: flagProperties),
            variables: ConnectionLayer(settings: environment, properties: environmentProperties),
            file: ConnectionLayer(settings: file.settings, properties: file.properties), variableSections: environmentSections,
            fileSections: file.sections, path: file.path)
    }

    /// Throws the first setting that cannot be meant, also among those that this command does not use.
    func check() throws(CommandFailure) {
        for layer in layers {
            for name in layer.keys.sorted() {
                guard let setting = layer[name], let option = OptionTable.option(named: name) else { continue }
                do throws(NotationError) { try option.check(setting.texts) } catch { throw setting.origin.failure(error.problem) }
            }
        }
        try CommandFailure.over(connection.check)
    }
}
