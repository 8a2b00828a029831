/// What a record asks of the handler, as its value: "NUMBER FAILURES MILLISECONDS".
package struct Errand: Hashable, Sendable {
    /// A failure that no retry can help.
    package static let forGood = -1

    package var number: Int
    /// So many handlings fail; `forGood` if the first one says that none can succeed.
    package var failures = 0
    /// How long a handling takes.
    package var milliseconds = 0

    package init(_ number: Int, failures: Int = 0, milliseconds: Int = 0) {
        self.number = number
        self.failures = failures
        self.milliseconds = milliseconds
    }

    package init?(_ value: [UInt8]?) {
        let words = String(decoding: value ?? [], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        guard words.count == 3 else { return nil }
        self.init(words[0], failures: words[1], milliseconds: words[2])
    }

    package var value: [UInt8] { Array("\(number) \(failures) \(milliseconds)".utf8) }
}
