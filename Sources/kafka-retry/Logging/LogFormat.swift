/// How log lines are written.
enum LogFormat: String, CaseIterable, Sendable {
    /// Time, level, message, `key=value`, for people.
    case text
    /// One JSON object a line.
    case json
}
