import RDKafka

/// Where the demo runs, and how it is shown.
struct DemoConfiguration: Sendable {
    /// A cluster of the user's; `nil` is a mock cluster in this process.
    var cluster: Cluster?
    /// Whether the view is redrawn in place.
    var isLive = false
    /// Whether text has colours.
    var hasColours = false
    /// Whether the terminal shows more than ASCII.
    var hasSymbols = true

    struct Cluster: Sendable {
        var bootstrapServers: [String]
        var properties = RDKafkaConfiguration()
        var topicPrefix = ""
        var startupTimeout: Duration = .seconds(30)
    }

    /// What a terminal, if it is one, is able and asked to show: `NO_COLOR` (no-color.org) wants no colours, a dumb one cannot redraw.
    mutating func suit(isTerminal: Bool, environment: [String: String]) {
        isLive = isTerminal && environment["TERM"].map { !["", "dumb"].contains($0) } ?? false
        hasColours = isLive && (environment["NO_COLOR"] ?? "").isEmpty
        // The first of these that is set decides (POSIX).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        hasSymbols = ["UTF-8", "UTF8"].contains { locale.uppercased().contains($0) }
    }
}
