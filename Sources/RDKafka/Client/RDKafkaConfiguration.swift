/// librdkafka's properties for one client, by name. Global and topic properties stand side by side, as librdkafka allows.
///
/// Names and values are checked when a client is made from it. Its description hides the values of secrets.
public struct RDKafkaConfiguration: Hashable, Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// Values by name.
    public private(set) var properties: [String: String]
    /// Where a property was read, for errors; empty for those set by code.
    private var origins: [String: Origin] = [:]

    private struct Origin: Hashable, Sendable {
        var file: String
        var line: Int
    }

    /// A configuration of these properties.
    public init(_ properties: [String: String] = [:]) { self.properties = properties }

    /// A configuration of these properties; of one that is named twice the last counts.
    public init(dictionaryLiteral elements: (String, String)...) {
        properties = Dictionary(elements) { _, last in last }
    }

    /// The value of the property `name`. Setting it forgets the file that it was read from.
    public subscript(name: String) -> String? {
        get { properties[name] }
        set {
            properties[name] = newValue
            origins[name] = nil
        }
    }

    /// Sets `name`, remembering where it was written.
    mutating func set(_ name: String, _ value: String, file: String, line: Int) {
        properties[name] = value
        origins[name] = Origin(file: file, line: line)
    }

    /// Sets `name` unless it has a value.
    public mutating func setDefault(_ name: String, _ value: String) {
        if properties[name] == nil { properties[name] = value }
    }

    /// This configuration with all of `other`, whose values win.
    public func merging(_ other: RDKafkaConfiguration) -> RDKafkaConfiguration {
        var merged = self
        for (name, value) in other.properties {
            merged.properties[name] = value
            merged.origins[name] = other.origins[name]
        }
        return merged
    }

    /// An error about `property` that names the file and line it was read from.
    func error(_ property: String, _ reason: String) -> RDKafkaConfigurationError {
        let hides = Self.isSecret(property) && properties[property].map { !$0.isEmpty && reason.contains($0) } ?? false
        return RDKafkaConfigurationError(
            property: property, reason: hides ? "librdkafka does not take its value" : reason, file: origins[property]?.file,
            line: origins[property]?.line)
    }

    /// Whether the value of the property `name` must not be shown.
    public static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["password", "secret", "key.pem", "token", "jaas", "oauthbearer.config", "credential"].contains { name.contains($0) }
    }

    /// `name=value` pairs by name, `***` for the value of a secret.
    public var description: String {
        properties.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.isSecret($0.key) ? "***" : $0.value)" }.joined(separator: " ")
    }
}

extension RDKafkaConfiguration: CustomDebugStringConvertible, CustomReflectable {
    /// The same as `description`: a debugger's or a log's dump shows no secret either.
    public var debugDescription: String { description }
    /// Shows the description's content only.
    public var customMirror: Mirror {
        Mirror(self, children: properties.map { (label: $0.key, value: Self.isSecret($0.key) ? "***" : $0.value) })
    }
}
