import Dispatch
import Foundation
import RDKafka
import Testing

@Suite @BlockingThread struct ConsumerTests {
    let cluster: MockCluster
    let producer: RDKafkaProducer
    private let first = RDKafkaPartition("T", 0)

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic("T", partitions: 2)
        try cluster.createTopic("U", partitions: 1)
        producer = try RDKafkaProducer(["bootstrap.servers": cluster.bootstrapServers])
    }

    private func consumer(_ more: RDKafkaConfiguration = [:]) throws -> TestConsumer {
        let base: RDKafkaConfiguration = ["bootstrap.servers": cluster.bootstrapServers, "group.id": "g", "session.timeout.ms": "6000"]
        return try TestConsumer(base.merging(more))
    }

    @Test func whatWasCommittedComesBackWithItsMetadata() throws {
        let reader = try consumer()
        let metadata = Array("v1 ~!@".utf8)
        try reader.consumer.requests.commit([RDKafkaOffset(first, 7, metadata: metadata)])
        let committed = try reader.consumer.requests.committed([first, RDKafkaPartition("T", 1)], timeout: .seconds(20))
        #expect(committed[first]?.offset == 7 && committed[first]?.metadata == metadata && committed[first]?.error == nil)
        let none = try #require(committed[RDKafkaPartition("T", 1)])
        #expect(none.offset == nil && none.metadata.isEmpty && none.error == nil)
    }

    @Test func metadataWithANULIsRefused() throws {
        let error = try #require(throws: RDKafkaError.self) {
            try consumer().consumer.requests.commit([RDKafkaOffset(first, 1, metadata: [65, 0, 66])])
        }
        #expect(error.code == .invalidArgument && error.message.contains("T[0]"))
    }

    @Test func nobodyAnsweringIsAnErrorAndNotAnEmptyAnswer() throws {
        let reader = try consumer()
        try reader.consumer.requests.commit([RDKafkaOffset(first, 7)])
        try cluster.setBroker(1, up: false)
        #expect(throws: RDKafkaError.self) { try reader.consumer.requests.committed([first], timeout: .milliseconds(500)) }
    }

    @Test func pausedPartitionsAreReadOnFromWhereTheyStood() throws {
        try producer.write(["0", "1", "2"], to: "T")
        let reader = try consumer()
        try reader.consumer.assign([first: .beginning])
        #expect(reader.drain { $0.received.count == 3 })
        try reader.consumer.pause([first])
        try producer.write(["3"], to: "T")
        reader.drain(for: .milliseconds(700))
        #expect(reader.received.count == 3)
        #expect(try reader.consumer.position([first, RDKafkaPartition("T", 1)]) == [first: 3, RDKafkaPartition("T", 1): nil])
        try reader.consumer.resume([first])
        #expect(reader.drain { $0.received.count == 4 })
        #expect(reader.received.map(\.text) == ["0", "1", "2", "3"])
    }

    @Test func seekGoesBack() throws {
        try producer.write(["0", "1", "2"], to: "T")
        let reader = try consumer()
        try reader.consumer.assign([first: .offset(2)])
        #expect(reader.drain { $0.received.count == 1 })
        try reader.consumer.seek([first: .offset(1)], timeout: .seconds(20))
        #expect(reader.drain { $0.received.count == 3 })
        #expect(reader.received.map(\.text) == ["2", "1", "2"])
    }

    /// The time to read four batches, each of which fills the queue.
    private func timeToRead(waking: Bool) throws -> Duration {
        let reader = try consumer(["queued.min.messages": "1"])
        try reader.consumer.assign([first: .beginning])
        let clock = ContinuousClock()
        let start = clock.now
        while reader.received.count < 4, clock.now - start < .seconds(60) {
            // Time for librdkafka to find its queue full.
            if reader.consumer.queuedCount > 0 { usleep(100_000) }
            reader.drain()
            if waking { reader.consumer.wakeFetcher(of: [first]) }
            usleep(1_000)
        }
        #expect(reader.received.map(\.text) == ["0", "1", "2", "3"])
        return clock.now - start
    }

    @Test(.enabled(if: RDKafkaVersion.number < 0x0202_00FF, "librdkafka 2.2 and later have fetch.queue.backoff.ms for it"))
    func aFetcherThatSleepsBehindAFullQueueIsWoken() throws {
        for text in ["0", "1", "2", "3"] { try producer.write([text], to: "T") }
        let (asleep, woken) = (try timeToRead(waking: false), try timeToRead(waking: true))
        #expect(woken < asleep / 2, "woken \(woken), else \(asleep)")
    }

    @Test func topicsHaveNumbersOfTheirOwn() throws {
        try producer.write(["t"], to: "T")
        try producer.write(["u"], to: "U")
        let reader = try consumer()
        try reader.consumer.assign([first: .beginning, RDKafkaPartition("U", 0): .beginning])
        #expect(reader.drain { $0.received.count == 2 })
        #expect(Set(reader.received.map(\.topicIndex)) == [0, 1])
        #expect(Set(reader.received.map(\.partition.topic)) == ["T", "U"])
    }

    @Test func anOffsetThatIsGoneIsAnEventWhenNoResetIsWanted() throws {
        let reader = try consumer(["auto.offset.reset": "error"])
        try reader.consumer.assign([first: .offset(1_000)])
        #expect(reader.drain { !$0.events.isEmpty })
        #expect(reader.events.first?.code == .autoOffsetReset && reader.received.isEmpty)
    }

    @Test func theEndOfAPartitionIsAnEventWhenWanted() throws {
        try producer.write(["0"], to: "T")
        let reader = try consumer(["enable.partition.eof": "true"])
        try reader.consumer.assign([first: .beginning])
        #expect(reader.drain { $0.events.first?.code == .partitionEOF })
        #expect(reader.received.count == 1)
        #expect(try reader.consumer.requests.queryWatermarkOffsets(first, timeout: .seconds(20)) == .init(low: 0, high: 1))
        #expect(reader.consumer.requests.cachedWatermarkOffsets(first)?.high == 1)
    }

    @Test func theWakeUpSaysThatSomethingArrived() throws {
        let woken = DispatchSemaphore(value: 0)
        let consumer = try RDKafkaConsumer(["bootstrap.servers": cluster.bootstrapServers, "group.id": "g"]) { woken.signal() }
        try consumer.assign([first: .beginning])
        try producer.write(["0"], to: "T")
        var texts: [String] = []
        repeat {
            #expect(woken.wait(timeout: .now() + 20) == .success)
            consumer.drain(max: 10) { message in texts.append(String(decoding: message.value ?? .init(start: nil, count: 0), as: UTF8.self))
            }
        } while texts.isEmpty && !Task.isCancelled
        #expect(texts == ["0"])
    }

    @Test func aDrainHandsOutNoMoreThanItsMaximum() throws {
        try producer.write((0..<10).map(String.init), to: "T")
        let reader = try consumer()
        try reader.consumer.assign([first: .beginning])
        #expect(reader.drain { $0.received.count == 10 })
        try reader.consumer.seek([first: .beginning], timeout: .seconds(20))
        var counts: [Int] = []
        #expect(
            reader.drain { reader in
                counts.append(reader.consumer.drain(max: 3) { _ in })
                return counts.reduce(reader.received.count, +) >= 20
            })
        #expect(counts.allSatisfy { $0 <= 3 })
        #expect(reader.consumer.drain(max: 0) { _ in } == 0)
    }

    @Test func aGroupOfOneGetsEverythingAndCloses() throws {
        try producer.write(["0"], to: "T")
        let member = try consumer(["auto.offset.reset": "earliest"])
        #expect(member.consumer.memberId == nil && member.consumer.rebalanceProtocol == .none)
        try member.consumer.subscribe(["T"])
        #expect(member.drain { !$0.rebalances.isEmpty })
        guard case .assign(let partitions) = try #require(member.rebalances.first) else {
            Issue.record("\(member.rebalances)")
            return
        }
        #expect(Set(partitions) == [first, RDKafkaPartition("T", 1)])
        try member.consumer.assign([first: .committed, RDKafkaPartition("T", 1): .committed])
        #expect(member.drain { $0.received.map(\.text) == ["0"] })
        #expect(member.consumer.memberId != nil)
        #expect(try Set(member.consumer.assignment()) == Set(partitions))
        _ = try member.consumer.groupMetadata()
        try member.consumer.close()
        try member.consumer.close()
    }

    @Test func closingWithAnUnansweredRebalanceDoesNotHang() throws {
        let member = try consumer()
        try member.consumer.subscribe(["T"])
        #expect(member.drain { !$0.rebalances.isEmpty })
        try member.consumer.close()
    }

    @Test func releasingWithoutClosingDoesNotHang() throws {
        let member = try consumer()
        try member.consumer.subscribe(["T"])
        #expect(member.drain { !$0.rebalances.isEmpty })
    }
}
