/// The words of a command line, taken one after the other, and its options, which may stand anywhere.
struct Arguments {
    private var words: ArraySlice<String>

    init(_ words: [String]) { self.words = words[...] }

    mutating func text(_ name: String) throws(UsageError) -> String {
        guard let word = words.popFirst() else { throw UsageError("\(name) is missing") }
        return word
    }

    mutating func optionalText() -> String? { words.popFirst() }

    mutating func number(_ name: String) throws(UsageError) -> Int { try parse(text(name), name) }

    mutating func optionalNumber(_ name: String) throws(UsageError) -> Int? {
        guard let word = words.popFirst() else { return nil }
        return try parse(word, name)
    }

    /// The number behind an option; to be asked before any word that may be left out.
    mutating func option(_ name: String) throws(UsageError) -> Int? {
        guard let index = words.firstIndex(of: name) else { return nil }
        guard index + 1 < words.endIndex else { throw UsageError("\(name) needs a number") }
        let number = try parse(words[index + 1], name)
        words.removeSubrange(index...index + 1)
        return number
    }

    /// Whether an option is there; likewise.
    mutating func flag(_ name: String) -> Bool {
        guard let index = words.firstIndex(of: name) else { return false }
        words.remove(at: index)
        return true
    }

    func end() throws(UsageError) {
        if let word = words.first { throw UsageError("'\(word)' is one word too many") }
    }

    private func parse(_ word: String, _ name: String) throws(UsageError) -> Int {
        guard let number = Int32(word), number >= 0 else { throw UsageError("\(name) must be a number, not '\(word)'") }
        return Int(number)
    }
}

/// A command line that cannot be meant.
struct UsageError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// A run that measured nothing, or something else than it says.
struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
