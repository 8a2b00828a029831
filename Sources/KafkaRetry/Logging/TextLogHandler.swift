import Foundation

/// Lines for people: time, level, message, `key=value`.
package struct TextLogHandler: RetryLogHandler {
    private let stream: LineStream

    package init(stream: LineStream) { self.stream = stream }

    package func handle(_ entry: LogEntry) { stream.write(line: Self.line(entry, at: Date())) }

    static func line(_ entry: LogEntry, at time: Date) -> String {
        let level = entry.level.rawValue
        var line = time.formatted(.iso8601WithMilliseconds) + " " + level.uppercased()
        line += String(repeating: " ", count: max(0, 8 - level.count)) + visible(entry.message)
        for (key, value) in entry.fields { line += " \(visible(key.name))=\(text(value))" }
        return line
    }

    private static func text(_ value: LogValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .integer(let number): String(number)
        case .boolean(let truth): String(truth)
        case .list(let texts): quoted(texts.joined(separator: ","))
        }
    }

    /// In quotes where a reader could not see where the value ends.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "=" }
        return isPlain ? visible(text) : JSONValue.string(text).text
    }

    /// Without control characters, by which a value could forge a line or steer a terminal.
    private static func visible(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    /// `2026-01-31T12:00:00.000Z`.
    static var iso8601WithMilliseconds: Self { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
