/// The name that was probably meant by a misspelt one.
package enum Suggestion {
    /// `; did you mean 'x'?`, or nothing if no candidate is near.
    package static func clause(for name: String, among candidates: some Sequence<String>) -> String {
        nearest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The candidate with the fewest edits, if they are few for the length of the name.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        guard wanted.count > 1 else { return nil }
        var best: (name: String, edits: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            let edits = distance(wanted, other)
            if edits <= max(1, min(wanted.count, other.count) / 3), edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        if let best { return best.name }
        let longer = candidates.filter { wanted.count > 2 && $0.lowercased().hasPrefix(name.lowercased()) }
        return longer.count == 1 ? longer.first : nil
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
    package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var edits = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { edits = min(edits, before[j - 1] + 1) }
                row.append(edits)
            }
            before = previous
            previous = row
        }
        return previous.last ?? left.count
    }
}
