import KafkaRetry

/// The clusters and tenants that a file or the environment names, each with what it has of its own.
package struct ClusterSections: Equatable, Sendable {
    /// `clusters` or `tenants`.
    package enum Kind: String, CaseIterable, Sendable {
        case clusters
        case tenants

        /// One of them.
        var one: String {
            switch self {
            case .clusters: "cluster"
            case .tenants: "tenant"
            }
        }

        /// What each may have of its own, properties apart.
        var keys: [ConnectionKey] {
            switch self {
            case .clusters: [.bootstrapServer, .topicPrefix, .commandConfig]
            case .tenants: [.cluster, .bootstrapServer, .topicPrefix, .commandConfig]
            }
        }

        /// What its variables begin with: `KAFKA_RETRY_TENANT__`.
        var variable: String { ConnectionLayer.prefix + one.uppercased() + ClusterSections.separator }
    }

    private(set) var entries: [Kind: [ClusterName: ConnectionLayer]] = [:]

    /// What stands before and behind a name in a variable.
    fileprivate static let separator = "__"

    package init() {}

    /// What is there of one kind.
    subscript(kind: Kind) -> [ClusterName: ConnectionLayer] { entries[kind] ?? [:] }

    /// What a variable is to the clusters and tenants.
    package enum Answer: Equatable, Sendable {
        /// Its name is of another form.
        case other
        case taken
        /// Its name means nothing; a clause says what was probably meant.
        case unknown(String)
    }

    /// Takes a variable such as `KAFKA_RETRY_TENANT__CLINIC_A__TOPIC_PREFIX` or `…__X_SASL_PASSWORD`.
    package mutating func take(variable name: String, _ value: String) -> Answer {
        guard let kind = Kind.allCases.first(where: { name.hasPrefix($0.variable) }) else { return .other }
        let rest = name.dropFirst(kind.variable.count)
        guard let end = rest.firstRange(of: Self.separator), let cluster = try? ClusterName(variable: rest[..<end.lowerBound]) else {
            return .unknown("; write \(kind.variable)NAME__BOOTSTRAP_SERVER")
        }
        let ending = rest[end.upperBound...]
        var layer = self[kind][cluster] ?? ConnectionLayer()
        guard layer.take(ending, value, among: kind.keys, .environment(name)) else {
            return .unknown(Suggestion.clause(for: String(ending), among: kind.keys.map(\.variable)))
        }
        entries[kind, default: [:]][cluster] = layer
        return .taken
    }

    /// Takes an entry of a file's top level. False if it is neither `clusters` nor `tenants`.
    package mutating func take(_ entry: YAMLNode.Entry, path: String) throws(SettingError) -> Bool {
        guard let kind = Kind(rawValue: entry.key) else { return false }
        if entry.value.content == .null { return true }
        guard case .mapping(let members) = entry.value.content else {
            throw SettingOrigin.file(path, line: entry.line, key: kind.rawValue)
                .error("is \(entry.value.kind); expected \(kind.rawValue) by their names, each with its settings")
        }
        var lines: [ClusterName: (text: String, line: Int)] = [:]
        for member in members {
            let place = SettingOrigin.file(path, line: member.line, key: "\(kind.rawValue).\(member.key)")
            let name: ClusterName
            do throws(NotationError) { name = try ClusterName(member.key) } catch { throw place.error(error.problem) }
            if let first = lines.updateValue((member.key, member.line), forKey: name) {
                throw place.error(
                    "is the \(kind.one) '\(first.text)' of line \(first.line) again: names that differ in case, '-', '_' and '.' are one")
            }
            entries[kind, default: [:]][name] = try Self.layer(member.value, kind, path, place)
        }
        return true
    }

    private static func layer(
        _ node: YAMLNode, _ kind: Kind, _ path: String, _ place: SettingOrigin
    ) throws(SettingError) -> ConnectionLayer {
        var layer = ConnectionLayer()
        if node.content == .null { return layer }
        let allowed = kind.keys.map(\.rawValue) + [ConnectionKey.properties]
        guard case .mapping(let settings) = node.content, case .file(_, _, let key) = place else {
            throw place.error("is \(node.kind); expected settings: \(allowed.joined(separator: ", "))")
        }
        for setting in settings {
            let origin = SettingOrigin.file(path, line: setting.line, key: "\(key).\(setting.key)")
            guard try layer.take(setting, among: kind.keys, mayTakeAway: true, origin) else {
                let suggestion = Suggestion.clause(for: setting.key, among: allowed)
                throw origin.error("is no setting of a \(kind.one), which may have \(allowed.joined(separator: ", "))\(suggestion)")
            }
        }
        return layer
    }

    /// Throws the first value that cannot be meant.
    func check() throws(SettingError) {
        for kind in Kind.allCases {
            for (_, layer) in self[kind].sorted(by: { $0.key.variable < $1.key.variable }) { try layer.check() }
        }
    }
}
