import KafkaRetry
import KafkaRetryConfiguration

/// How an option's value is written and what it becomes.
struct ValueForm<Value: Sendable>: Sendable {
    var placeholder: String
    var parse: @Sendable (String) throws(NotationError) -> Value
}

extension ValueForm where Value == String {
    /// Any text but none.
    static func text(_ placeholder: String) -> Self {
        Self(placeholder: placeholder, parse: ConnectionNotation.text)
    }
}

extension ValueForm where Value == Duration {
    static let duration = Self(placeholder: "DURATION") { (text) throws(NotationError) in try DurationNotation.parse(text) }

    /// A duration that is not zero.
    static let span = Self(placeholder: "DURATION") { (text) throws(NotationError) in
        let duration = try DurationNotation.parse(text)
        guard duration > .zero else { throw NotationError("must be longer than nothing") }
        return duration
    }
}

extension ValueForm where Value == ByteSize {
    static let size = Self(placeholder: "SIZE") { (text) throws(NotationError) in try ByteSize(parsing: text) }
}

extension ValueForm where Value == Int {
    static let count = Self(placeholder: "N") { (text) throws(NotationError) in
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw NotationError("'\(text)' is not a whole number; write one such as 5")
        }
        guard let number = Int32(text) else { throw NotationError("'\(text)' is too large; it may be \(Int32.max) at most") }
        return Int(number)
    }
}

extension ValueForm where Value == Double {
    static let factor = Self(placeholder: "F") { (text) throws(NotationError) in
        guard let first = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first), let number = Double(text),
            number.isFinite
        else { throw NotationError("'\(text)' is not a number; write one such as 2 or 1.5") }
        guard (1...1_000).contains(number) else { throw NotationError("'\(text)' is out of range; it may be from 1 to 1000") }
        return number
    }
}

extension ValueForm where Value == Bool {
    static let truth = Self(placeholder: "true|false") { (text) throws(NotationError) in
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw NotationError("'\(text)' is neither true nor false")
        }
    }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the names of `Value`'s cases.
    static var choice: Self {
        Self(placeholder: Value.allCases.map(\.rawValue).joined(separator: "|")) { (text) throws(NotationError) in
            if let value = Value(rawValue: text) { return value }
            let names = Value.allCases.map(\.rawValue)
            throw NotationError(
                "'\(text)' is not one of \(names.joined(separator: ", "))" + Suggestion.clause(for: text, among: names))
        }
    }
}
