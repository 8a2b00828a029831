/// A line of a terminal in parts of their own colour.
struct StyledText: Equatable, ExpressibleByStringInterpolation {
    /// A colour or weight; the raw value is its number in an SGR escape sequence (ECMA-48).
    enum Style: Int {
        case plain = 0
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }

    private(set) var parts: [(text: String, style: Style)]

    init(_ text: String, _ style: Style = .plain) { parts = [(text, style)] }
    init(stringLiteral text: String) { self.init(text) }

    static func == (left: Self, right: Self) -> Bool {
        left.parts.elementsEqual(right.parts) { $0.text == $1.text && $0.style == $1.style }
    }

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.parts += right.parts
        return sum
    }

    /// How many columns it takes. The demo's characters take one each.
    var width: Int { parts.reduce(0) { $0 + $1.text.count } }

    var text: String { parts.map(\.text).joined() }

    /// The same, filled up with spaces.
    func padded(to width: Int) -> Self { self + Self(String(repeating: " ", count: max(0, width - self.width))) }

    /// As the terminal wants it, cut after `width` columns.
    func rendered(width: Int, colours: Bool) -> String {
        var room = width
        var line = ""
        for (text, style) in parts where room > 0 {
            let shown = text.prefix(room)
            room -= shown.count
            line += colours && style != .plain ? "\u{1B}[\(style.rawValue)m\(shown)\u{1B}[0m" : String(shown)
        }
        return line
    }
}
