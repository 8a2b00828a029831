import KafkaRetry

/// What a YAML file says of how Kafka is reached.
struct ClusterFile {
    /// The default cluster.
    var standard = ConnectionLayer()
    var sections = ClusterSections()

    /// Reads `text`, the content of the file at `path`. Other settings of the command are passed over; a key that is nearly one of those
    /// that count is taken for a mistake.
    init(path: String, text: [UInt8]) throws(SettingError) {
        for entry in try YAMLDocument.settings(path: path, text: text) {
            let origin = SettingOrigin.file(path, line: entry.line, key: entry.key)
            if try sections.take(entry, path: path) { continue }
            if try standard.take(entry, among: ConnectionKey.allCases, mayTakeAway: false, origin) { continue }
            if let meant = Self.nearlyMeant(entry.key) { throw origin.error("there is no such setting; did you mean '\(meant)'?") }
        }
        try standard.check()
    }

    private static func nearlyMeant(_ key: String) -> String? {
        let known = ConnectionKey.allCases.map(\.rawValue) + [ConnectionKey.properties] + ClusterSections.Kind.allCases.map(\.rawValue)
        let typed = Array(key.lowercased().utf8.prefix(64))
        let near = known.map { (name: $0, edits: Suggestion.distance(typed, Array($0.utf8))) }.min { $0.edits < $1.edits }
        return near.flatMap { $0.edits <= min(2, $0.name.count / 3) ? $0.name : nil }
    }
}
