/// The demo's numbers, counted from the records that stand in its topics.
struct DemoTotals: Equatable {
    /// Orders as they came in.
    var placed = 0
    /// Handled without a retry.
    var handledAtOnce = 0
    /// Handled after retries.
    var recovered = 0
    var deadLettered = 0
    /// Orders that are neither handled nor dead-lettered.
    var inFlight = 0
    /// Times that the service failed.
    var failures = 0
    /// Records that came back for a retry.
    var retries = 0
    /// Retries that came before they were due.
    var early = 0
    /// The earliest and the latest retry, in milliseconds after the due time.
    var lateness: ClosedRange<Int64>?
    /// Retries that left the retry topic before one that stood in front of them.
    var overtakings = 0

    init(_ ledger: DemoLedger) {
        let sightings = ledger.sightings
        func count(_ role: DemoTopics.Role, _ isCounted: (DemoSighting) -> Bool = { _ in true }) -> Int {
            sightings.count { $0.role == role && isCounted($0) }
        }
        placed = count(.source) { $0.retriesMade == 0 }
        retries = count(.source) { $0.retriesMade > 0 }
        handledAtOnce = count(.handled) { $0.retriesMade == 0 }
        recovered = count(.handled) { $0.retriesMade > 0 }
        deadLettered = count(.deadLetter)
        inFlight = ledger.orders.count { !$0.state.isFinal }
        failures = count(.retry)
        let late = sightings.compactMap(ledger.lateness)
        early = late.count { $0 < 0 }
        if let least = late.min(), let most = late.max() { lateness = least...most }
        overtakings = Self.overtakings(ledger)
    }

    /// Whether every order is in one place exactly.
    var addUp: Bool { placed == handledAtOnce + recovered + deadLettered + inFlight }

    private static func overtakings(_ ledger: DemoLedger) -> Int {
        let waiting = ledger.sightings.filter { $0.role == .retry }.sorted { $0.offset < $1.offset }
        let left = waiting.compactMap { waited in
            ledger.sightings.first { $0.role == .source && $0.order == waited.order && $0.retriesMade == waited.retriesMade + 1 }?.offset
        }
        return left.indices.count { index in left[..<index].contains { $0 > left[index] } }
    }
}
