import Testing

@testable import RetryCore

@Suite struct RetryBudgetTests {
    private func taken(_ budget: inout RetryBudget) -> Int {
        var count = 0
        while count < 1_000, budget.take() { count += 1 }
        return count
    }

    @Test func messagesEarnAShareOfARetry() {
        var budget = RetryBudget(share: 0.25, reserve: 3)
        #expect(taken(&budget) == 3, "the reserve is there at the start")
        for _ in 0..<8 { budget.accepted() }
        #expect(taken(&budget) == 2)
    }

    @Test func noMoreThanTheReserveIsSavedUp() {
        var budget = RetryBudget(share: 1, reserve: 2)
        for _ in 0..<100 { budget.accepted() }
        #expect(taken(&budget) == 2)
    }

    @Test(arguments: [Double.nan, .infinity, -1]) func aShareThatIsNoneCountsAsZero(share: Double) {
        var budget = RetryBudget(share: share, reserve: -5)
        for _ in 0..<100 { budget.accepted() }
        #expect(taken(&budget) == 0)
    }
}
