import RDKafka
import Testing

@testable import KafkaRetry

@Suite struct PrefetchGaugeTests {
    @Test func aFullQueueIsFetchedIntoAgainSoonWhereThatIsAProperty() throws {
        var properties: RDKafkaConfiguration = ["group.id": "g"]
        PrefetchLimits(bytes: 1 << 20).apply(to: &properties)
        #expect((properties["fetch.queue.backoff.ms"] == "5") == (RDKafkaVersion.number >= 0x0202_00FF))
        _ = try RDKafkaConsumer(properties)
    }

    /// What the gauge says after each drain of a queue that is full with 1,000 messages or 100 KiB.
    private func told(_ drains: [(queued: Int, drained: Int, bytes: Int)]) -> [Bool] {
        var gauge = PrefetchGauge(["queued.min.messages": "1000", "queued.max.messages.kbytes": "100"])
        return drains.map { gauge.isRunningLow(queued: $0.queued, drained: $0.drained, bytes: $0.bytes) }
    }

    @Test func aFullQueueThatRunsLowIsToldOnce() {
        #expect(told([(900, 100, 0), (300, 100, 0), (200, 100, 0), (100, 100, 0)]) == [false, false, true, false])
    }

    @Test func aQueueThatWasNeverFullIsLeftAlone() {
        #expect(told([(0, 400, 4_000), (0, 0, 0)]) == [false, false])
    }

    @Test func fewLargeRecordsFillItAsWell() {
        #expect(told([(8, 2, 20_000), (2, 6, 60_000)]) == [false, true])
    }

    @Test func oneDrainMayEmptyIt() {
        #expect(told([(0, 1_000, 1_000)]) == [true])
    }
}
