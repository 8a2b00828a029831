import Synchronization
import Testing

@testable import KafkaRetry
@testable import RetryCore

@Suite struct HandlerPoolTests {
    private let begun = Flag()
    private let call = HandlerCall(
        id: 1, sourceTopic: "T", place: TopicPartition("T", 0),
        items: [
            .init(
                record: KafkaRecord(source: TopicPartition("T", 0), offset: 5, timestamp: nil, key: nil, value: nil), retry: 0,
                isLast: false)
        ], deadline: nil, epoch: Epoch(assignment: 1))

    private func pool(_ standstill: StandstillWatch) -> HandlerPool {
        let topic = ListenerTopic("T") { [begun] _, _ in begun.isSet.store(true, ordering: .releasing) }
        let listener = ListenerConfiguration(bootstrapServers: [], group: "g", instance: "i")
        return HandlerPool(
            ["T": TopicHandler(topic, listener, log: .silent)], clock: SystemClock(), standstill: standstill, wakeUp: {})
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
        var value: Bool { isSet.load(ordering: .acquiring) }
    }

    private func handled(_ pool: HandlerPool) async throws -> HandlerPool.Handled {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if let handled = pool.takeHandled().first { return handled }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw CancellationError()
    }

    @Test func aCallThatBeginsAfterAStandstillWaitsAndThenGoesOn() async throws {
        let pool = pool(StandstillWatch(bound: .zero, pause: .milliseconds(100)))
        let start = ContinuousClock.now
        pool.start(call)
        #expect(try await handled(pool).outcomes.count == 1 && begun.value)
        #expect(ContinuousClock.now - start >= .milliseconds(100))
    }

    /// Others have its record by then.
    @Test func aCallThatIsCancelledWhileItWaitsNeverBegins() async throws {
        let pool = pool(StandstillWatch(bound: .zero, pause: .seconds(600)))
        pool.start(call)
        pool.cancel(call.id)
        #expect(try await handled(pool).outcomes.isEmpty && !begun.value)
    }

    @Test func aCallThatBeginsAtOnceDoesNotWait() async throws {
        let pool = pool(StandstillWatch(bound: .seconds(600), pause: .seconds(600)))
        pool.start(call)
        #expect(try await handled(pool).outcomes.count == 1 && begun.value)
    }
}
