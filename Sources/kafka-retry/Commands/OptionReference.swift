/// The reference of all options, for the documentation.
enum OptionReference {
    /// A table in Markdown.
    static func markdown() -> [String] {
        let rows = OptionTable.all.map { option in
            let variable = option.environmentName.map { "`\($0)\(option.shape == .properties ? "NAME" : "")`" } ?? ""
            let cells = [
                "`\(option.usage)`", variable, option.key.map { "`\($0)`" } ?? "", option.standard.map(standard) ?? "", option.help,
            ]
            return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return ["| option | environment | YAML key | default | meaning |", "|---|---|---|---|---|"] + rows
    }

    private static func standard(_ text: String) -> String {
        text.hasPrefix("(") ? String(text.dropFirst().dropLast()) : "`\(text)`"
    }
}
