import Testing

@testable import RetryCore

/// A breaker whose calls can stand in an expectation.
private final class Breaker {
    private var breaker: HandlerBreaker
    init(_ settings: BreakerSettings) { breaker = HandlerBreaker(settings) }
    @discardableResult func record(isFailure: Bool, now: Timestamp) -> Bool {
        if case .halfOpen = breaker.state { breaker.began(probe: 1) }
        return breaker.record(isFailure: isFailure, of: 1, now: now)
    }
    func admits(now: Timestamp) -> HandlerBreaker.Admission { breaker.admits(now: now) }
    var nextProbe: Timestamp { breaker.nextProbe }
    func forgetWaits() { breaker.forgetWaits() }
}

@Suite struct HandlerBreakerTests {
    private let now = Timestamp(milliseconds: 0)

    private func settings(_ change: (inout BreakerSettings) -> Void = { _ in }) -> BreakerSettings {
        var settings = BreakerSettings()
        (settings.window, settings.minimum, settings.failureRate, settings.probes) = (10, 5, 0.8, 2)
        change(&settings)
        return settings
    }

    @Test func itStaysClosedBelowTheMinimumAndBelowTheRate() {
        let breaker = Breaker(settings())
        for _ in 0..<4 { #expect(!breaker.record(isFailure: true, now: now)) }
        for _ in 0..<4 { #expect(!breaker.record(isFailure: false, now: now)) }
        #expect(breaker.admits(now: now) == .all)
    }

    @Test func itOpensWhenTheShareOfFailuresIsReachedAndLooksAtTheLatestOutcomesOnly() {
        let breaker = Breaker(settings())
        for _ in 0..<10 { breaker.record(isFailure: false, now: now) }
        for _ in 0..<7 { #expect(!breaker.record(isFailure: true, now: now)) }
        #expect(breaker.record(isFailure: true, now: now), "8 of the last 10")
        #expect(breaker.admits(now: now) == HandlerBreaker.Admission.none)
        #expect(breaker.nextProbe == now.advanced(by: .seconds(1)))
    }

    @Test func probesCloseItWhenEnoughInARowSucceed() {
        let breaker = Breaker(settings())
        for _ in 0..<5 { breaker.record(isFailure: true, now: now) }
        let later = now.advanced(by: .seconds(1))
        #expect(breaker.admits(now: later) == .probe)
        #expect(!breaker.record(isFailure: false, now: later))
        #expect(breaker.admits(now: later) == .probe)
        #expect(breaker.record(isFailure: false, now: later))
        #expect(breaker.admits(now: later) == .all)
        for _ in 0..<4 { #expect(!breaker.record(isFailure: true, now: later), "what was before it opened counts no more") }
    }

    @Test func eachProbeThatFailsDoublesThePauseUpToTheLongest() {
        let breaker = Breaker(settings { ($0.pause, $0.longestPause) = (.seconds(1), .seconds(5)) })
        for _ in 0..<5 { breaker.record(isFailure: true, now: now) }
        var time = now
        for pause: Int64 in [1, 2, 4, 5, 5] {
            #expect(breaker.nextProbe == time.advanced(by: .seconds(pause)))
            time = breaker.nextProbe
            #expect(breaker.admits(now: time) == .probe)
            breaker.record(isFailure: true, now: time)
        }
    }

    @Test func callsThatHadBegunBeforeItOpenedDoNotCountAsProbes() {
        let breaker = Breaker(settings())
        for _ in 0..<5 { breaker.record(isFailure: true, now: now) }
        #expect(!breaker.record(isFailure: false, now: now))
        #expect(!breaker.record(isFailure: true, now: now))
        #expect(breaker.nextProbe == now.advanced(by: .seconds(1)))
    }

    @Test func aClockThatIsSetBackDoesNotKeepItOpen() {
        let breaker = Breaker(settings())
        for _ in 0..<5 { breaker.record(isFailure: true, now: Timestamp(milliseconds: 1_000_000)) }
        breaker.forgetWaits()
        #expect(breaker.admits(now: now) == .probe)
    }
}
