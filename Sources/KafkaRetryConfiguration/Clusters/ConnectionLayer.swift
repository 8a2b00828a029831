import KafkaRetry

/// What one place says of how Kafka is reached: the command line, the variables of all, the top level of a file, or its entry for a
/// cluster or a tenant.
package struct ConnectionLayer: Equatable, Sendable {
    /// By key. What is no ``ConnectionKey`` has no meaning here.
    package var settings: [String: Setting]
    /// In their order; of one that is named twice the last counts.
    package var properties: [PropertySetting]

    package init(settings: [String: Setting] = [:], properties: [PropertySetting] = []) {
        self.settings = settings
        self.properties = properties
    }

    /// What the variables that are not a cluster's or a tenant's own say. An empty one counts as not set.
    init(variables: [String: String]) {
        self.init()
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix(Self.prefix) && !value.isEmpty {
            _ = take(name.dropFirst(Self.prefix.count), value, among: ConnectionKey.allCases, .environment(name))
        }
    }

    static let prefix = "KAFKA_RETRY_"

    subscript(key: ConnectionKey) -> Setting? { settings[key.rawValue] }

    /// Takes the value of a variable whose name ends in `ending`. False if that means none of `keys` and no property.
    mutating func take(
        _ ending: Substring, _ value: String, among keys: [ConnectionKey], _ origin: SettingOrigin
    ) -> Bool {
        if ending.hasPrefix("X_"), ending.count > 2 {
            let name = PropertySetting.name(inVariable: ending.dropFirst(2))
            properties.append(PropertySetting(name: name, value: value, origin: origin))
            return true
        }
        guard let key = keys.first(where: { $0.variable == ending }) else { return false }
        settings[key.rawValue] = Setting(texts: key.isList ? CommaList.split(value) : [value], origin: origin)
        return true
    }

    /// Takes an entry of a file's mapping. False if its key means none of `keys` and not properties.
    mutating func take(
        _ entry: YAMLNode.Entry, among keys: [ConnectionKey], mayTakeAway: Bool, _ origin: SettingOrigin
    ) throws(SettingError) -> Bool {
        if entry.key == ConnectionKey.properties {
            properties += try PropertySetting.list(entry.value, at: origin, mayTakeAway: mayTakeAway)
            return true
        }
        guard let key = keys.first(where: { $0.rawValue == entry.key }) else { return false }
        settings[key.rawValue] = try Setting(
            entry.value, isList: key.isList, placeholder: key.placeholder, origin: origin, check: key.check)
        return true
    }

    /// Throws the first value that cannot be meant, and the first property that may not be set.
    func check() throws(SettingError) {
        for key in ConnectionKey.allCases {
            guard let setting = self[key] else { continue }
            do throws(NotationError) { try key.check(setting.texts) } catch { throw setting.origin.error(error.problem) }
        }
        for property in properties { try property.check() }
    }
}
