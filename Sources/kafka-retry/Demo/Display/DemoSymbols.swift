/// The characters that are not letters.
struct DemoSymbols: Sendable {
    var handled: String
    var deadLettered: String
    var elapsed: Character
    var left: Character
    var arrow: String
    var dash: String
    var dot: String

    /// For terminals that show Unicode.
    static let unicode = DemoSymbols(handled: "✓", deadLettered: "✗", elapsed: "━", left: "─", arrow: "→", dash: "–", dot: "·")
    /// For those that may not.
    static let ascii = DemoSymbols(handled: "+", deadLettered: "x", elapsed: "#", left: ".", arrow: "->", dash: "-", dot: "|")
}
