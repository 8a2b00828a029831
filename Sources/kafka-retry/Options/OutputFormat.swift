/// How a command that lists something writes it.
enum OutputFormat: String, CaseIterable, Sendable {
    /// Columns, for people.
    case table
    /// One JSON array.
    case json
    /// One JSON object a line.
    case ndjson
}
