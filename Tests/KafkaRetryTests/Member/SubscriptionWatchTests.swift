import Testing

@testable import KafkaRetry

@Suite struct SubscriptionWatchTests {
    private typealias Readers = SubscriptionWatch.Readers

    private func look(_ watch: inout SubscriptionWatch, _ readers: Readers, _ now: ContinuousClock.Instant = .now) -> Set<String> {
        watch.look(at: readers, now)
    }

    @Test func aTopicThatNobodyReadsIsAReasonWhenItIsSeenTwice() {
        var watch = SubscriptionWatch(["A", "B"])
        let readers = Readers(isStable: true, own: ["A"], all: ["A"])
        #expect(look(&watch, readers) == [])
        #expect(look(&watch, readers) == ["B"])
        #expect(look(&watch, readers) == [], "joining again does not help a topic that is not there")
    }

    @Test func aTopicThatIsReadThoughItWasGivenUpIsAReason() {
        var watch = SubscriptionWatch(["B"])
        let readers = Readers(isStable: true, own: ["A"], all: ["A", "B"])
        #expect(look(&watch, readers) == [])
        #expect(look(&watch, readers) == ["A"])
    }

    @Test func whatOthersReadIsTheirs() {
        var watch = SubscriptionWatch(["A"])
        for _ in 0..<3 { #expect(look(&watch, Readers(isStable: true, own: [], all: ["A", "C"])) == []) }
    }

    @Test func betweenTheStepsOfARebalanceNothingIsSaid() {
        var watch = SubscriptionWatch(["A", "B"])
        #expect(look(&watch, Readers(isStable: true, own: ["A"], all: ["A"])) == [])
        #expect(look(&watch, Readers(isStable: false, own: [], all: [])) == [])
        #expect(look(&watch, Readers(isStable: true, own: ["A", "B"], all: ["A", "B"])) == [])
    }

    @Test func itLooksAfterItHasJoinedUntilAllIsAsItShouldBe() {
        let start = ContinuousClock.now
        var watch = SubscriptionWatch(["A", "B"])
        func isDue(after seconds: Int) -> Bool { watch.isDue(start + .seconds(seconds)) }
        #expect(!isDue(after: 100), "it has not joined")
        watch.joined(start)
        let first = (isDue(after: 0), isDue(after: 1), isDue(after: 100))
        #expect(first == (false, true, false), "asked once")
        _ = watch.look(at: Readers(isStable: false, own: [], all: []), start + .seconds(100))
        let again = (isDue(after: 100), isDue(after: 101))
        #expect(again == (false, true), "the group was not at rest")
        _ = watch.look(at: Readers(isStable: true, own: ["A", "B"], all: ["A", "B"]), start + .seconds(102))
        #expect(!isDue(after: 1_000), "all is well")
    }
}
