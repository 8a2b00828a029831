/// All that was said of how Kafka is reached, wherever it was said.
package struct ConnectionSources: Equatable, Sendable {
    /// The command line, or a call's arguments.
    package var flags: ConnectionLayer
    /// The default cluster's variables.
    package var variables: ConnectionLayer
    /// The default cluster in the file: its top level.
    package var file: ConnectionLayer
    /// Clusters and tenants of the environment.
    package var variableSections: ClusterSections
    /// Clusters and tenants of the file.
    package var fileSections: ClusterSections
    /// The file's path, for errors; `nil` if there is none.
    package var path: String?

    package init(
        flags: ConnectionLayer = ConnectionLayer(), variables: ConnectionLayer = ConnectionLayer(),
        file: ConnectionLayer = ConnectionLayer(), variableSections: ClusterSections = ClusterSections(),
        fileSections: ClusterSections = ClusterSections(), path: String? = nil
    ) {
        self.flags = flags
        self.variables = variables
        self.file = file
        self.variableSections = variableSections
        self.fileSections = fileSections
        self.path = path
    }

    /// The names of one kind, as the file writes them, in their order.
    func names(_ kind: ClusterSections.Kind) -> [String] {
        // Of equal names the first stays in a union.
        Set(fileSections[kind].keys).union(variableSections[kind].keys).map(\.text).sorted()
    }

    /// Throws the first setting that cannot be meant, also among those of clusters and tenants that are not asked for.
    package func check() throws(SettingError) {
        for sections in [fileSections, variableSections] {
            try sections.check()
            for (_, tenant) in sections[.tenants].sorted(by: { $0.key.variable < $1.key.variable }) {
                if let cluster = tenant[.cluster] { _ = try level(.clusters, cluster) }
            }
        }
    }

    /// What counts for the tenant and the cluster that are asked for.
    func levels() throws(SettingError) -> ConnectionLevels {
        let standard = ConnectionLevels.Level(file: file, variables: variables)
        var levels = ConnectionLevels(flags: flags, ascending: [standard])
        let tenant = try levels[.tenant].map { setting throws(SettingError) in try level(.tenants, setting) }
        if let tenant { levels.ascending.append(tenant.level) }
        // A tenant's own cluster weighs as much as its other settings.
        let cluster = try levels[.cluster].map { setting throws(SettingError) in try level(.clusters, setting) }
        if let cluster { levels.ascending.insert(cluster.level, at: 1) }
        if let flag = flags[.cluster], let tenant, tenant.level.variables[.bootstrapServer] ?? tenant.level.file[.bootstrapServer] != nil {
            // The cluster's credentials would go to brokers that are not its own.
            throw flag.origin.error("the tenant '\(tenant.name.text)' has brokers of its own, which no other cluster replaces")
        }
        levels.tenant = tenant?.name.text
        levels.cluster = cluster?.name.text
        return levels
    }

    /// What file and environment say of the cluster or tenant that `setting` names.
    private func level(
        _ kind: ClusterSections.Kind, _ setting: Setting
    ) throws(SettingError) -> (name: ClusterName, level: ConnectionLevels.Level) {
        let text = setting.texts.last ?? ""
        guard let wanted = try? ClusterName(text) else { throw setting.origin.error("'\(text)' is no name of a \(kind.one)") }
        let inFile = fileSections[kind].first { $0.key == wanted }
        let inVariables = variableSections[kind][wanted]
        guard inFile != nil || inVariables != nil else {
            let suggestion = Suggestion.clause(for: text, among: names(kind))
            throw setting.origin.missing("there is no \(kind.one) '\(text)'\(suggestion); \(known(kind, wanted))")
        }
        let nothing = ConnectionLayer()
        return (inFile?.key ?? wanted, ConnectionLevels.Level(file: inFile?.value ?? nothing, variables: inVariables ?? nothing))
    }

    /// Which there are and where, or, if there are none, how `wanted` would be one.
    private func known(_ kind: ClusterSections.Kind, _ wanted: ClusterName) -> String {
        let names = names(kind)
        guard !names.isEmpty else {
            let variable = "\(kind.variable)\(wanted.variable)__BOOTSTRAP_SERVER"
            return "none is defined; write '\(kind.rawValue):' in \(path ?? "a file"), or variables such as \(variable)"
        }
        var places: [String] = []
        if let path, !fileSections[kind].isEmpty { places.append(path) }
        if !variableSections[kind].isEmpty { places.append("the environment") }
        return "the \(kind.rawValue) in \(places.joined(separator: " and ")) are \(names.joined(separator: ", "))"
    }
}
