/// A librdkafka property that somebody gave, and where. Its description does not show the value.
package struct PropertySetting: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    package var name: String
    /// Never to be shown. `nil` takes away what weighs less.
    package var value: String?
    package var origin: SettingOrigin

    package init(name: String, value: String?, origin: SettingOrigin) {
        self.name = name
        self.value = value
        self.origin = origin
    }

    /// The properties in `node`, which stands at `origin`.
    ///
    /// - Parameter mayTakeAway: whether a property may be empty, and then takes away what weighs less.
    package static func list(_ node: YAMLNode, at origin: SettingOrigin, mayTakeAway: Bool = false) throws(SettingError)
        -> [PropertySetting]
    {
        if node.content == .null { return [] }
        guard case .file(let path, _, let key) = origin, case .mapping(let entries) = node.content else {
            throw origin.error("is \(node.kind); expected librdkafka properties, 'name: value' a line")
        }
        var properties: [PropertySetting] = []
        for entry in entries {
            let place = SettingOrigin.file(path, line: entry.line, key: "\(key).\(entry.key)")
            switch entry.value.content {
            case .scalar(let value): properties.append(PropertySetting(name: entry.key, value: value, origin: place))
            case .null where mayTakeAway: properties.append(PropertySetting(name: entry.key, value: nil, origin: place))
            default: throw place.error("is \(entry.value.kind); expected a single value")
            }
        }
        return properties
    }

    /// The property that a variable's name ends in: `SASL_PASSWORD` is `sasl.password`, since no property's name holds an underscore.
    package static func name(inVariable ending: some StringProtocol) -> String {
        String(ending.lowercased().map { $0 == "_" ? "." : $0 })
    }

    package var description: String { "\(origin.description): \(name)" }
    package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
