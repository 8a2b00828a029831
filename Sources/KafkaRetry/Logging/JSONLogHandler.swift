import Foundation

/// Lines for machines: one JSON object each, with `time`, `level`, `message` and the fields.
package struct JSONLogHandler: RetryLogHandler {
    private let stream: LineStream

    package init(stream: LineStream) { self.stream = stream }

    package func handle(_ entry: LogEntry) { stream.write(line: Self.line(entry, at: Date())) }

    static func line(_ entry: LogEntry, at time: Date) -> String {
        var members: [(name: String, value: JSONValue)] = [
            ("time", .string(time.formatted(.iso8601WithMilliseconds))), ("level", .string(entry.level.rawValue)),
            ("message", .string(entry.message)),
        ]
        // A field that comes twice stands there once, with what was said last.
        for (key, value) in entry.fields {
            let member = (name: key.name, value: json(value))
            if let place = members.firstIndex(where: { $0.name == key.name }), place > 2 {
                members[place] = member
            } else if members.prefix(3).contains(where: { $0.name == key.name }) {
                members.append((name: "field_" + key.name, value: member.value))
            } else {
                members.append(member)
            }
        }
        return JSONValue.object(members).text
    }

    private static func json(_ value: LogValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .boolean(let truth): .boolean(truth)
        case .list(let texts): .array(texts.map(JSONValue.string))
        }
    }
}
