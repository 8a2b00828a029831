/// Several values in one text: `a:9092, b:9092`.
package enum CommaList {
    /// Splits at commas and drops the spaces around what stands between them.
    package static func split(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            return String(part)
        }
    }
}
