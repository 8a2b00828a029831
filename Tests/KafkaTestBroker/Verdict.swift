/// What a ledger says of numbered records: whether each came once, and how late.
package struct Verdict: Sendable, CustomStringConvertible {
    package var expected: Int
    package var missing: [Int] = []
    package var repeated: [Int] = []
    package var early: [Int] = []
    package var unexpected: [TestRecord] = []
    /// Milliseconds after the due time (or after `notBefore`, if that is later), sorted.
    package var late: [Int64] = []

    /// - Parameters:
    ///   - due: by number, milliseconds since 1970.
    ///   - notBefore: lateness counts from here at the earliest: nobody was there to relay before it.
    ///   - outages: times that do not count as lateness, one after the other.
    package init(_ records: [TestRecord], due: [Int: Int64], notBefore: Int64 = 0, outages: [ClosedRange<Int64>] = []) {
        expected = due.count
        var seen: Set<Int> = []
        for record in records {
            guard let number = record.number, let due = due[number] else {
                unexpected.append(record)
                continue
            }
            if !seen.insert(number).inserted { repeated.append(number) }
            if record.timestamp < due { early.append(number) }
            let start = max(due, notBefore)
            let excused = outages.reduce(0) { $0 + max(0, min($1.upperBound, record.timestamp) - max($1.lowerBound, start)) }
            late.append(max(0, record.timestamp - start - excused))
        }
        missing = due.keys.filter { !seen.contains($0) }.sorted()
        late.sort()
    }

    /// At least once: repeats are allowed.
    package var losesNothing: Bool { missing.isEmpty && early.isEmpty && unexpected.isEmpty }
    package var isClean: Bool { losesNothing && repeated.isEmpty }
    package var latest: Int64 { late.last ?? 0 }

    package var description: String {
        func some(_ numbers: [Int]) -> String { numbers.isEmpty ? "0" : "\(numbers.count) \(numbers.prefix(10))" }
        func quantile(_ q: Double) -> Int64 { late.isEmpty ? 0 : late[min(late.count - 1, Int(Double(late.count) * q))] }
        return """
            \(expected) records: missing \(some(missing)), repeated \(some(repeated)), early \(some(early)), unexpected \(unexpected.count); \
            late ms p50 \(quantile(0.5)) p99 \(quantile(0.99)) max \(latest)
            """
    }
}
