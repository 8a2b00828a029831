import Testing

@testable import RetryCore

/// A breaker whose calls can stand in an expectation.
private final class Breaker {
    private var breaker: SendBreaker
    init(_ settings: SendBreakerSettings) { breaker = SendBreaker(settings) }
    var isClosed: Bool { breaker.isClosed }
    var nextProbe: Int64 { breaker.nextProbe }
    var nextStall: Int64? { breaker.nextStall }
    func admits(handed: Int) -> Int { breaker.admits(handed: handed) }
    func handedOver(now: Int64) { breaker.handedOver(now: now) }
    func succeeded(handed: Int = 0, now: Int64) -> Bool { breaker.succeeded(handed: handed, now: now) }
    func failed(handed: Int = 0, now: Int64) -> Bool { breaker.failed(handed: handed, now: now) }
    func tookBack(handed: Int = 0, now: Int64) { breaker.tookBack(handed: handed, now: now) }
    func resumed(handed: Int = 0, now: Int64) -> Bool { breaker.resumed(handed: handed, now: now) }
    func stalled(now: Int64) -> Bool { breaker.stalled(now: now) }
}

@Suite struct SendBreakerTests {
    private func breaker(_ change: (inout SendBreakerSettings) -> Void = { _ in }) -> Breaker {
        var settings = SendBreakerSettings()
        (settings.failures, settings.stall, settings.pause, settings.longestPause) = (3, .seconds(10), .seconds(1), .seconds(3))
        change(&settings)
        return Breaker(settings)
    }

    @Test func itOpensAfterFailuresInARow() {
        let breaker = breaker()
        #expect(!breaker.failed(now: 0) && !breaker.failed(now: 0))
        #expect(!breaker.succeeded(now: 1), "it was closed")
        #expect(!breaker.failed(now: 2) && !breaker.failed(now: 2))
        #expect(breaker.failed(now: 2))
        #expect(breaker.admits(handed: 0) == 0)
        #expect(breaker.nextProbe == 1_002)
    }

    @Test func oneMessageIsTheProbeAfterThePause() {
        let breaker = breaker { $0.failures = 1 }
        #expect(breaker.failed(now: 0))
        #expect(!breaker.resumed(now: 999) && !breaker.resumed(handed: 1, now: 1_000))
        #expect(breaker.resumed(now: 1_000))
        #expect(breaker.admits(handed: 0) == 1)
        #expect(breaker.admits(handed: 1) == 0)
        #expect(breaker.succeeded(now: 1_001), "what arrives closes it")
        #expect(breaker.admits(handed: 5) == .max)
    }

    @Test func pausesDoubleUpToTheLongest() {
        let breaker = breaker { $0.failures = 1 }
        var (now, pauses): (Int64, [Int64]) = (0, [])
        for _ in 0..<4 {
            _ = breaker.failed(now: now)
            pauses.append(breaker.nextProbe - now)
            now = breaker.nextProbe
            #expect(breaker.resumed(now: now))
        }
        #expect(pauses == [1_000, 2_000, 3_000, 3_000])
    }

    @Test func itOpensWhenNothingArrivesForLong() {
        let breaker = breaker()
        #expect(breaker.nextStall == nil)
        breaker.handedOver(now: 0)
        #expect(!breaker.succeeded(handed: 1, now: 4_000))
        #expect(!breaker.stalled(now: 13_999))
        #expect(breaker.stalled(now: 14_000))
        #expect(!breaker.isClosed)
    }

    @Test func silenceAddsUpWhileMessagesAreTakenBackAndHandedOverAgain() {
        let breaker = breaker()
        for second in Int64(0)..<9 {
            breaker.handedOver(now: second * 60_000)
            breaker.tookBack(now: second * 60_000 + 1_000)
            #expect(breaker.nextStall == nil, "nothing is out")
        }
        breaker.handedOver(now: 1_000_000)
        #expect(!breaker.stalled(now: 1_000_999))
        #expect(breaker.stalled(now: 1_001_000))
    }

    @Test func noSettingTraps() {
        let longest = Duration(secondsComponent: .max, attosecondsComponent: 0)
        for pause in [longest, .zero, .seconds(-1)] {
            let breaker = breaker { ($0.failures, $0.stall, $0.pause, $0.longestPause) = (0, pause, pause, pause) }
            breaker.handedOver(now: 1 << 40)
            for _ in 0..<3 {
                _ = breaker.failed(handed: 1, now: 1 << 40)
                _ = breaker.stalled(now: 1 << 40)
                _ = breaker.resumed(now: .max)
            }
        }
    }
}
