import Synchronization
import Testing

@testable import KafkaRetry
@testable import RetryCore

@Suite(.timeLimit(.minutes(3))) struct HandlerPoolTests {
    /// What the handler saw, and the gate before which it waits.
    private final class Handler: Sendable {
        private struct Content {
            var began: [Int64] = []
            var running = 0
            var most = 0
            var isOpen: Bool
        }
        private let content: Mutex<Content>
        init(isOpen: Bool) { content = Mutex(Content(isOpen: isOpen)) }
        var began: [Int64] { content.withLock(\.began) }
        var most: Int { content.withLock(\.most) }
        func open() { content.withLock { $0.isOpen = true } }

        func handle(_ offset: Int64) async throws {
            content.withLock { content in
                content.began.append(offset)
                content.running += 1
                content.most = max(content.most, content.running)
            }
            defer { content.withLock { $0.running -= 1 } }
            while !content.withLock(\.isOpen) { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    private static let never = StandstillWatch(bound: .seconds(600), pause: .seconds(600))

    private func call(_ id: Int) -> HandlerCall { call(id, due: nil) }

    private func call(_ id: Int, due: Timestamp?) -> HandlerCall {
        let record = KafkaRecord(source: TopicPartition("T", 0), offset: Int64(id), timestamp: nil, key: nil, value: nil)
        return HandlerCall(
            id: id, sourceTopic: "T", place: TopicPartition("T", 0),
            items: [.init(record: record, retry: 0, isLast: false, queuedUntil: due ?? .distantPast)], lanes: [nil],
            timeLimit: nil, epoch: Epoch(assignment: 1))
    }

    private func pool(_ handler: Handler, slots: Int = 2, _ standstill: StandstillWatch = never) -> HandlerPool {
        let topic = ListenerTopic("T", settings: TopicSettings(concurrency: slots)) { record, _ in try await handler.handle(record.offset) }
        let listener = ListenerConfiguration(bootstrapServers: [], group: "g", instance: "i")
        return HandlerPool(
            ["T": TopicHandler(topic, listener, log: .silent)], clock: SystemClock(), standstill: standstill, wakeUp: {})
    }

    /// What the pool tells until `isEnough`.
    private func news(_ pool: HandlerPool, until isEnough: (HandlerPool.News) -> Bool = { !$0.isEmpty }) async throws -> HandlerPool.News {
        var all = HandlerPool.News()
        while true {
            let news = pool.takeNews()
            all.began += news.began
            all.handled += news.handled
            all.withdrawn += news.withdrawn
            if isEnough(all) { return all }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    // MARK: - Slots

    @Test func asManyRunAsThereAreSlotsAndTheOthersWaitInOrder() async throws {
        let handler = Handler(isOpen: false)
        let pool = pool(handler, slots: 2)
        pool.start((1...9).map(call))
        let began = try await news(pool) { $0.began.count == 2 }
        #expect(Set(began.began.map(\.id)) == [1, 2] && began.handled.isEmpty)
        handler.open()
        let all = try await news(pool) { $0.handled.count == 9 }
        #expect(Set(all.handled.map(\.id)) == Set(1...9) && handler.most == 2)
        #expect(Set(handler.began.dropFirst(2)) == Set(3...9))
        #expect(pool.meter.running == 0 && pool.meter.0.attempts.done == 9)
    }

    @Test func callsOfOneSlotRunInTheirOrder() async throws {
        let handler = Handler(isOpen: true)
        let pool = pool(handler, slots: 1)
        // More than a line keeps of those that have left it.
        for first in stride(from: 1, through: 3_000, by: 100) { pool.start((first..<first + 100).map(call)) }
        let all = try await news(pool) { $0.handled.count == 3_000 }
        #expect(all.handled.map(\.id) == Array(1...3_000) && handler.began == (1...3_000).map { Int64($0) })
    }

    @Test func onlyWhatHasNotBegunIsWithdrawn() async throws {
        let handler = Handler(isOpen: false)
        let pool = pool(handler, slots: 1)
        pool.start((1...4).map(call))
        _ = try await news(pool) { $0.began.count == 1 }
        #expect(pool.withdraw([1, 2, 4]))
        #expect(pool.takeNews().withdrawn == [2, 4])
        #expect(!pool.withdraw([1]), "it runs")
        handler.open()
        #expect(try await news(pool) { $0.handled.count == 2 }.handled.map(\.id) == [1, 3])
    }

    @Test func whatIsNotDueAnyMoreSinceTheClockWasSetBackNeverBegins() async throws {
        let handler = Handler(isOpen: true)
        let pool = pool(handler, slots: 1)
        pool.start([call(1), call(2, due: SystemClock().now.advanced(by: .seconds(3_600))), call(3, due: SystemClock().now)])
        let all = try await news(pool) { $0.handled.count == 2 && !$0.withdrawn.isEmpty }
        #expect(all.handled.map(\.id) == [1, 3] && all.withdrawn == [2] && handler.began == [1, 3])
    }

    @Test func whatWaitsGoesOnBehindACallThatWasCancelled() async throws {
        let handler = Handler(isOpen: false)
        let pool = pool(handler, slots: 1)
        pool.start((1...3).map(call))
        _ = try await news(pool) { $0.began.count == 1 }
        pool.cancel(1)
        pool.cancel(3)
        let all = try await news(pool) { $0.handled.count == 1 && $0.withdrawn.count == 1 && $0.began.map(\.id).contains(2) }
        #expect(all.handled.map(\.id) == [1] && all.withdrawn == [3])
        #expect(pool.meter.0.attempts.abandoned == 1)
        handler.open()
        #expect(try await news(pool).handled.map(\.id) == [2])
    }

    @Test func nothingRunsAnyMoreOnceItHasEnded() async throws {
        let handler = Handler(isOpen: false)
        let pool = pool(handler, slots: 2)
        pool.start((1...5).map(call))
        _ = try await news(pool) { $0.began.count == 2 }
        await pool.end(.silent)
        #expect(pool.meter.running == 0 && handler.began.count == 2)
    }

    // MARK: - After a standstill

    @Test func aCallThatBeginsAfterAStandstillWaitsAndThenGoesOn() async throws {
        let handler = Handler(isOpen: true)
        let pool = pool(handler, StandstillWatch(bound: .zero, pause: .milliseconds(100)))
        let start = ContinuousClock.now
        pool.start([call(1)])
        #expect(try await news(pool).handled.map(\.outcomes.count) == [1] && handler.began == [1])
        #expect(ContinuousClock.now - start >= .milliseconds(100))
    }

    /// Others have its record by then.
    @Test func aCallThatIsCancelledWhileItWaitsNeverBegins() async throws {
        let handler = Handler(isOpen: true)
        let pool = pool(handler, StandstillWatch(bound: .zero, pause: .seconds(600)))
        pool.start([call(1)])
        pool.cancel(1)
        #expect(try await news(pool).withdrawn == [1] && handler.began.isEmpty)
    }

    @Test func aCallThatBeginsAtOnceDoesNotWait() async throws {
        let handler = Handler(isOpen: true)
        let pool = pool(handler)
        pool.start([call(1)])
        #expect(try await news(pool).handled.map(\.outcomes.count) == [1] && handler.began == [1])
    }
}
