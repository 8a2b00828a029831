import KafkaRetry
import KafkaRetryConfiguration
import RetryCore

/// What a YAML file says: any option by its key, `topics` with policies of their own, `properties` for librdkafka, and `clusters` and
/// `tenants` with what they have of their own.
struct SettingsFile: Equatable {
    /// A topic that the file lists, with what it has of its own.
    struct Topic: Equatable {
        var name: String
        var origin: Setting.Origin
        var settings: Settings.Layer = [:]
    }

    var settings: Settings.Layer = [:]
    var topics: [Topic] = []
    var properties: [PropertySetting] = []
    var sections = ClusterSections()
    /// Where it is; `nil` if there is none.
    var path: String?

    private static let topicsKey = "topics"

    init() {}

    /// Reads `text`, the content of the file at `path`.
    init(path: String, text: [UInt8]) throws(CommandFailure) {
        self.path = path
        let entries = try CommandFailure.over { () throws(SettingError) in try YAMLDocument.settings(path: path, text: text) }
        for entry in entries { try take(entry, path) }
    }

    private mutating func take(_ entry: YAMLNode.Entry, _ path: String) throws(CommandFailure) {
        let origin = Setting.Origin.file(path, line: entry.line, key: entry.key)
        if entry.key == Self.topicsKey { return try takeTopics(entry.value, path, origin) }
        if try CommandFailure.over({ () throws(SettingError) in try sections.take(entry, path: path) }) { return }
        guard let (option, negated) = Self.option(entry.key, among: OptionTable.all) else {
            let keys = OptionTable.all.compactMap(\.key) + [Self.topicsKey] + ClusterSections.Kind.allCases.map(\.rawValue)
            throw origin.failure("there is no such setting" + Suggestion.clause(for: entry.key, among: keys), hint: Self.reference)
        }
        if option.shape == .properties {
            properties += try CommandFailure.over { () throws(SettingError) in try PropertySetting.list(entry.value, at: origin) }
            return
        }
        try Self.store(option, negated, entry.value, origin, into: &settings)
    }

    private mutating func takeTopics(_ node: YAMLNode, _ path: String, _ origin: Setting.Origin) throws(CommandFailure) {
        switch node.content {
        case .sequence(let items):
            for item in items {
                let place = Setting.Origin.file(path, line: item.line, key: Self.topicsKey)
                guard case .scalar(let name) = item.content else {
                    throw place.failure("an entry is \(item.kind); expected a topic's name")
                }
                topics.append(Topic(name: name, origin: place))
            }
        case .mapping(let entries):
            for entry in entries { topics.append(try Self.topic(entry, path)) }
        default:
            throw origin.failure("is \(node.kind); expected topics, each with its policy, or a list of topics")
        }
        for topic in topics {
            do { try KafkaTopic(topic.name).check() } catch { throw topic.origin.failure("\(error)") }
        }
    }

    private static func topic(_ entry: YAMLNode.Entry, _ path: String) throws(CommandFailure) -> Topic {
        let key = "\(topicsKey).\(entry.key)"
        var topic = Topic(name: entry.key, origin: .file(path, line: entry.line, key: key))
        if entry.value.content == .null { return topic }
        guard case .mapping(let settings) = entry.value.content else {
            throw topic.origin.failure("is \(entry.value.kind); expected a policy, such as 'delays: [20s, 60s]', or nothing")
        }
        for setting in settings {
            let origin = Setting.Origin.file(path, line: setting.line, key: "\(key).\(setting.key)")
            guard let (option, negated) = option(setting.key, among: OptionTable.policy) else {
                let keys = OptionTable.policy.compactMap(\.key)
                let known = OptionTable.all.contains { $0.key == setting.key }
                throw origin.failure(
                    (known ? "cannot be set for a single topic" : "there is no such setting of a topic")
                        + Suggestion.clause(for: setting.key, among: keys),
                    hint: "A topic may have \(keys.joined(separator: ", ")).")
            }
            try store(option, negated, setting.value, origin, into: &topic.settings)
        }
        return topic
    }

    private static func option(_ key: String, among options: [OptionDescription]) -> (OptionDescription, negated: Bool)? {
        if let option = options.first(where: { $0.key == key }) { return (option, false) }
        let toggle = options.first { $0.shape == .toggle && $0.key.map { "no-" + $0 } == key }
        return toggle.map { ($0, true) }
    }

    private static func store(
        _ option: OptionDescription, _ negated: Bool, _ node: YAMLNode, _ origin: Setting.Origin, into settings: inout Settings.Layer
    ) throws(CommandFailure) {
        guard settings[option.name] == nil else { throw origin.failure("says again what stands above") }
        var isList = false
        if case .list = option.shape { isList = true }
        var setting = try CommandFailure.over { () throws(SettingError) in
            try Setting(node, isList: isList, placeholder: option.placeholder, origin: origin, check: option.check)
        }
        if negated { setting.texts = setting.texts.map(EnvironmentOptions.negated) }
        settings[option.name] = setting
    }

    private static let reference = "'kafka-retry help options' lists the settings."
}
