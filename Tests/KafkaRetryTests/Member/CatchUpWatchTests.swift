import RetryCore
import Testing

@testable import KafkaRetry

@Suite struct CatchUpWatchTests {
    private let start = ContinuousClock.now

    /// What is told in each of the seconds after the start, at each of which so much of 100,000 is read.
    private func told(_ read: [Int64]) -> [CatchUpWatch.News?] {
        var watch = CatchUpWatch(now: start)
        return read.enumerated().map { watch.look(CatchUp(read: $1, total: 100_000), now: start + .seconds($0)) }
    }

    @Test func itIsToldEveryFewSecondsAndAtItsEnd() {
        let news = told((0...11).map { $0 * 9_000 } + [100_000, 100_000])
        #expect(news[..<5].allSatisfy { $0 == nil })
        #expect(news[5] == .reading(CatchUp(read: 45_000, total: 100_000)))
        #expect(news[6..<10].allSatisfy { $0 == nil })
        #expect(news[10] == .reading(CatchUp(read: 90_000, total: 100_000)))
        #expect(news[11] == .caughtUp(CatchUp(read: 99_000, total: 100_000), after: .seconds(11)), "the rest may be control records")
        #expect(news[12...].allSatisfy { $0 == nil })
    }

    @Test func whatTakesAMomentIsNotWorthALine() {
        #expect(told([0, 30_000, 60_000, 90_000, 100_000]).allSatisfy { $0 == nil })
    }

    @Test func whoComesNoNearerSaysSoOnce() {
        let news = told([Int64](repeating: 10, count: 60))
        #expect(news.compactMap { $0 } == [.reading(CatchUp(read: 10, total: 100_000))])
    }
}
