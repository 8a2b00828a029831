import KafkaRetry

/// Rows under headings, in the format that was asked for.
struct Table: Sendable {
    struct Column: Sendable {
        var heading: String
        /// The member's name in JSON.
        var name: String
    }

    var columns: [Column]
    var rows: [[JSONValue]]
    /// What people read if there are no rows.
    var nothing: String

    /// The lines to write.
    func lines(_ format: OutputFormat) -> [String] {
        switch format {
        case .table: rows.isEmpty ? [nothing] : aligned()
        case .json: [JSONValue.array(rows.map(object)).text]
        case .ndjson: rows.map { object($0).text }
        }
    }

    private func object(_ row: [JSONValue]) -> JSONValue {
        .object(zip(columns, row).map { (name: $0.name, value: $1) })
    }

    private func aligned() -> [String] {
        let cells = [columns.map(\.heading)] + rows.map { $0.map(Self.cell) }
        let widths = columns.indices.map { column in cells.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0 }
        return cells.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += (line.isEmpty ? "" : "  ") + cell + String(repeating: " ", count: width - cell.count)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .string(let text): String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0) })
        default: value.text
        }
    }
}
