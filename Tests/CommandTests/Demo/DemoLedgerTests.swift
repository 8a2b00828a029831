import RetryCore
import Testing

@testable import kafka_retry

@Suite struct DemoLedgerTests {
    private var ledger: DemoLedger

    init() throws { ledger = DemoLedger(try RetryPolicy.listed([.seconds(1), .seconds(2)])) }

    private func sighting(
        _ order: String, _ role: DemoTopics.Role, at milliseconds: Int64, retries: Int = 0, offset: Int64 = 0
    ) -> DemoSighting {
        DemoSighting(
            order: order, role: role, offset: offset, time: Timestamp(milliseconds: milliseconds), retriesMade: retries,
            problem: "trouble", deadLetterReason: role == .deadLetter ? "attempts-exhausted" : nil)
    }

    @Test mutating func anOrderIsFollowedToItsRecovery() {
        #expect(ledger.saw(sighting("a", .source, at: 0)).kind == .placed)
        #expect(ledger.saw(sighting("a", .retry, at: 10)).kind == .failed(problem: "trouble", retry: 1, delay: .seconds(1)))
        #expect(
            ledger.orders.first?.state
                == .waiting(retry: 1, since: Timestamp(milliseconds: 10), due: Timestamp(milliseconds: 1_010)))
        #expect(!ledger.isSettled(1))
        #expect(ledger.saw(sighting("a", .source, at: 1_013, retries: 1)).kind == .retried(retry: 1, late: 3))
        #expect(ledger.saw(sighting("a", .handled, at: 1_020, retries: 1)).kind == .handled(retries: 1))
        #expect(ledger.isSettled(1) && !ledger.isSettled(2))
        let totals = DemoTotals(ledger)
        #expect(totals.addUp && totals.placed == 1 && totals.recovered == 1 && totals.failures == 1 && totals.retries == 1)
        #expect(totals.lateness == 3...3 && totals.early == 0)
    }

    @Test mutating func aRetryBeforeItsTimeIsCounted() {
        _ = ledger.saw(sighting("a", .source, at: 0))
        _ = ledger.saw(sighting("a", .retry, at: 10))
        _ = ledger.saw(sighting("a", .source, at: 1_009, retries: 1))
        #expect(DemoTotals(ledger).early == 1)
    }

    @Test mutating func whatIsRepeatedOrLostDoesNotAddUp() {
        _ = ledger.saw(sighting("a", .source, at: 0))
        _ = ledger.saw(sighting("a", .handled, at: 1))
        #expect(DemoTotals(ledger).addUp)
        var repeated = ledger
        _ = repeated.saw(sighting("a", .handled, at: 2))
        #expect(!DemoTotals(repeated).addUp)
        var stray = ledger
        _ = stray.saw(sighting("b", .deadLetter, at: 2, retries: 2))
        #expect(!DemoTotals(stray).addUp)
    }

    /// Topics are read side by side: an earlier step may arrive after a later one.
    @Test mutating func anEarlierStepThatArrivesLateChangesNothing() {
        _ = ledger.saw(sighting("a", .deadLetter, at: 30, retries: 2))
        _ = ledger.saw(sighting("a", .retry, at: 20, retries: 2))
        _ = ledger.saw(sighting("a", .source, at: 0))
        #expect(ledger.orders.map(\.state) == [.deadLettered(reason: "attempts-exhausted")])
        #expect(DemoTotals(ledger).addUp)
    }

    @Test mutating func overtakingsAreThoseThatLeaveBeforeOneInFront() {
        _ = ledger.saw(sighting("slow", .retry, at: 0, retries: 1, offset: 0))
        _ = ledger.saw(sighting("quick", .retry, at: 5, offset: 1))
        _ = ledger.saw(sighting("quick", .source, at: 1_005, retries: 1, offset: 7))
        #expect(DemoTotals(ledger).overtakings == 0)
        _ = ledger.saw(sighting("slow", .source, at: 2_000, retries: 2, offset: 8))
        #expect(DemoTotals(ledger).overtakings == 1)
    }
}
