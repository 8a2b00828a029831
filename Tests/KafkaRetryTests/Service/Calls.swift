import ListenerTestPlan

/// The calls of handlers that processes noted, and what they say.
struct Calls: Sendable {
    /// A call for an errand and an attempt for which there had been one.
    struct Repeat: Sendable, CustomStringConvertible {
        var first: CallNote
        var again: CallNote

        var description: String { "\(first.line) | \(again.line)" }
    }

    let notes: [CallNote]
    let repeats: [Repeat]

    init(_ notes: [CallNote]) {
        self.notes = notes
        struct Handling: Hashable { var number: Int, attempt: Int }
        var latest: [Handling: CallNote] = [:]
        var repeats: [Repeat] = []
        for note in notes {
            let handling = Handling(number: note.number, attempt: note.attempt)
            if let first = latest.updateValue(note, forKey: handling) { repeats.append(Repeat(first: first, again: note)) }
        }
        self.repeats = repeats
    }

    /// Retries that were called before they were due.
    var early: [CallNote] { notes.filter { $0.time < $0.due ?? .min } }

    /// How late retries were called, in milliseconds, sorted; `notBefore`: nobody was there to call them earlier.
    func lateness(notBefore: Int64 = 0) -> [Int64] {
        notes.compactMap { note in note.due.map { max(0, note.time - max($0, notBefore)) } }.sorted()
    }

    /// First handlings that came before one with a smaller number of the same topic and key. Those that are repeated do not count again.
    var outOfOrder: [CallNote] {
        var (seen, latest): (Set<Int>, [String: Int]) = ([], [:])
        return notes.filter { note in
            guard note.attempt == 1, seen.insert(note.number).inserted else { return false }
            let lane = "\(note.topic) \(note.key)"
            defer { latest[lane] = max(latest[lane] ?? note.number, note.number) }
            return note.number < latest[lane] ?? .min
        }
    }

    /// The share `q` of sorted numbers that are no larger.
    static func quantile(_ sorted: [Int64], _ q: Double) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))]
    }
}
