import KafkaRetryConfiguration

/// What the `KAFKA_RETRY_…` variables say. An empty one counts as not set.
struct EnvironmentOptions: Equatable {
    var settings: Settings.Layer = [:]
    var properties: [PropertySetting] = []
    /// What clusters and tenants have of their own.
    var sections = ClusterSections()
    /// Variables with our prefix that mean nothing to us, each with what was probably meant.
    var unknown: [String] = []

    private static let prefix = "KAFKA_RETRY_"

    init(_ variables: [String: String]) {
        for name in variables.keys.sorted() where name.hasPrefix(Self.prefix) {
            guard let value = variables[name], !value.isEmpty else { continue }
            take(name, value)
        }
    }

    private mutating func take(_ name: String, _ value: String) {
        switch sections.take(variable: name, value) {
        case .taken: return
        case .unknown(let clause):
            unknown.append(name + clause)
            return
        case .other: break
        }
        let origin = Setting.Origin.environment(name)
        for option in OptionTable.all {
            guard let ours = option.environmentName else { continue }
            if option.shape == .properties {
                // KAFKA_RETRY_X_SASL_PASSWORD is sasl.password: no property's name holds an underscore.
                guard name.hasPrefix(ours), name.count > ours.count else { continue }
                let property = PropertySetting.name(inVariable: name.dropFirst(ours.count))
                properties.append(PropertySetting(name: property, value: value, origin: origin))
                return
            }
            if ours == name {
                if case .list = option.shape {
                    settings[option.name] = Setting(texts: CommaList.split(value), origin: origin)
                } else {
                    settings[option.name] = Setting(texts: [value], origin: origin)
                }
                return
            }
            if option.shape == .toggle, name == Self.prefix + "NO_" + ours.dropFirst(Self.prefix.count) {
                settings[option.name] = Setting(texts: [Self.negated(value)], origin: origin)
                return
            }
        }
        if !Self.isOfKubernetes(name) {
            unknown.append(name + Suggestion.clause(for: name, among: OptionTable.all.compactMap(\.environmentName)))
        }
    }

    /// The text of the opposite; what is neither true nor false stays, to be refused where it is read.
    static func negated(_ text: String) -> String {
        guard let truth = try? ValueForm<Bool>.truth.parse(text) else { return text }
        return String(!truth)
    }

    /// Kubernetes sets these in each container beside a service that is called kafka-retry.
    private static func isOfKubernetes(_ name: String) -> Bool {
        let rest = name.dropFirst(prefix.count)
        return rest == "PORT" || rest.hasPrefix("PORT_") || rest.hasPrefix("SERVICE_HOST") || rest.hasPrefix("SERVICE_PORT")
    }
}
