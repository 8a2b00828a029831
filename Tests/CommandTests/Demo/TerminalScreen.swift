/// What a person sees on a terminal on which `text` was written: the part of ECMA-48 that the demo uses.
struct TerminalScreen {
    /// The lines from the top, without blanks at their ends.
    var lines: [String] { rows.map { String($0).trimmedAtItsEnd } }
    private(set) var isCursorShown = true
    /// Whether text would come in its usual colour and weight.
    private(set) var isPlain = true
    /// How often the cursor went up, to draw anew what stands there.
    private(set) var redraws = 0
    /// Sequences and control characters that are not understood.
    private(set) var unknown: [String] = []
    private(set) var column = 0
    private(set) var row = 0
    private var rows: [[Character]] = [[]]

    init(showing text: String) {
        // CR and LF are one Character together.
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\u{1B}": escape(&rest)
            case "\r": column = 0
            case "\n": down()
            case _ where scalar.value < 32: unknown.append("control character \(scalar.value)")
            default: put(Character(scalar))
            }
        }
    }

    private mutating func escape(_ rest: inout Substring.UnicodeScalarView) {
        guard rest.popFirst() == "[" else { return unknown.append("an escape that is no control sequence") }
        let parameters = String(rest.prefix { !("@"..."~").contains($0) })
        rest = rest.dropFirst(parameters.unicodeScalars.count)
        guard let final = rest.popFirst() else { return unknown.append("a sequence without an end") }
        switch (final, parameters) {
        case ("m", _): isPlain = ["", "0"].contains(parameters)
        case ("K", ""): rows[row] = Array(rows[row].prefix(column))
        case ("J", ""):
            rows[row] = Array(rows[row].prefix(column))
            rows.removeLast(rows.count - row - 1)
        case ("h", "?25"): isCursorShown = true
        case ("l", "?25"): isCursorShown = false
        case ("A", _):
            redraws += 1
            row = max(0, row - (Int(parameters) ?? 1))
        default: unknown.append("ESC [ \(parameters) \(final)")
        }
    }

    private mutating func down() {
        row += 1
        if row == rows.count { rows.append([]) }
    }

    private mutating func put(_ character: Character) {
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }
}

extension String {
    fileprivate var trimmedAtItsEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
