import KafkaTestBroker
import RDKafka
import Testing

@Suite(.broker(requires: .transactions)) @BlockingThread struct TransactionTests {
    private let timeout = Duration.seconds(30)

    private func topic(partitions: Int = 1) async throws -> TestTopic {
        try await TestTopic(partitions: partitions, producer: ["transactional.id": KafkaTestBroker.uniqueName("id")])
    }

    /// Everything that a read_committed reader sees in partition 0, up to its end.
    private func committedTexts(_ topic: TestTopic) throws -> [String] {
        let reader = try topic.consumer(["isolation.level": "read_committed", "enable.partition.eof": "true"])
        try reader.consumer.assign([topic[0]: .beginning])
        #expect(reader.drain { $0.events.contains { $0.code == .partitionEOF } })
        return reader.received.map(\.text)
    }

    @Test func recordsAndOffsetsAreCommittedTogether() async throws {
        let topic = try await topic()
        let producer = topic.producer
        try producer.initTransactions(timeout: timeout)
        let member = try topic.consumer(["isolation.level": "read_committed"])
        member.onRebalance = { consumer, event in try consumer.answer(event) }
        try member.consumer.subscribe([topic.name])
        #expect(member.drain { !$0.rebalances.isEmpty })

        try producer.beginTransaction()
        try producer.write(["a", "b"], to: topic.name)
        let metadata = Array("v1 instance-7 0-2".utf8)
        try producer.sendOffsets(
            [RDKafkaOffset(topic[0], 41, metadata: metadata)], group: member.consumer.groupMetadata(), timeout: timeout)
        member.drain(for: .milliseconds(300))
        #expect(member.received.isEmpty)
        try producer.commitTransaction(timeout: timeout)
        #expect(member.drain { $0.received.map(\.text) == ["a", "b"] })
        let committed = try member.consumer.requests.committed([topic[0]], timeout: timeout)[topic[0]]
        #expect(committed?.offset == 41 && committed?.metadata == metadata)
        try member.consumer.close()
    }

    @Test func anAbortedTransactionLeavesNothing() async throws {
        let topic = try await topic()
        try topic.producer.initTransactions(timeout: timeout)
        try topic.producer.beginTransaction()
        try topic.producer.write(["gone"], to: topic.name)
        try topic.producer.abortTransaction(timeout: timeout)
        try topic.producer.beginTransaction()
        try topic.producer.write(["kept"], to: topic.name)
        try topic.producer.commitTransaction(timeout: nil)
        #expect(try committedTexts(topic) == ["kept"])
    }

    @Test func anOpenTransactionLiesBeforeTheLogsEndAndBehindTheLastStableOffset() async throws {
        let topic = try await topic()
        try topic.producer.initTransactions(timeout: timeout)
        let reader = try topic.consumer(["isolation.level": "read_committed"])
        try topic.producer.beginTransaction()
        try topic.producer.write(["open"], to: topic.name)
        #expect(try topic.admin.queryWatermarkOffsets(topic[0], timeout: timeout).high == 1)
        #expect(try reader.consumer.requests.queryWatermarkOffsets(topic[0], timeout: timeout).high == 0)
        try topic.producer.abortTransaction(timeout: timeout)
    }

    @Test(.broker(requires: .stableOffsets)) func committedWaitsForAnOpenTransactionAndSaysSo() async throws {
        let topic = try await topic()
        try topic.producer.initTransactions(timeout: timeout)
        let reader = try topic.consumer(["isolation.level": "read_committed"])
        try topic.producer.beginTransaction()
        try topic.producer.sendOffsets([RDKafkaOffset(topic[0], 5)], group: reader.consumer.groupMetadata(), timeout: timeout)
        let waiting = #expect(throws: RDKafkaError.self) {
            try reader.consumer.requests.committed([topic[0]], timeout: .milliseconds(1_500))
        }
        #expect(waiting?.code == .timedOut)
        let hasty = try topic.consumer(["isolation.level": "read_uncommitted"])
        #expect(try hasty.consumer.requests.committed([topic[0]], timeout: timeout)[topic[0]]?.offset == nil)
        try topic.producer.commitTransaction(timeout: timeout)
        #expect(try reader.consumer.requests.committed([topic[0]], timeout: timeout)[topic[0]]?.offset == 5)
    }

    @Test(.broker(requires: .fullMetadata)) func metadataThatIsTooLongIsAbortableAndLeavesTheOldOne() async throws {
        let topic = try await topic()
        try topic.producer.initTransactions(timeout: timeout)
        let reader = try topic.consumer(["isolation.level": "read_committed"])
        func commit(_ offset: Int64, _ length: Int) throws {
            try topic.producer.beginTransaction()
            let metadata = [UInt8](repeating: UInt8(ascii: "x"), count: length)
            try topic.producer.sendOffsets(
                [RDKafkaOffset(topic[0], offset, metadata: metadata)], group: reader.consumer.groupMetadata(), timeout: timeout)
            try topic.producer.commitTransaction(timeout: timeout)
        }
        try commit(1, 4_096)
        let error = try #require(throws: RDKafkaError.self) { try commit(2, 4_097) }
        #expect(error.code == .offsetMetadataTooLarge && error.isAbortable && !error.isFatal)
        try topic.producer.abortTransaction(timeout: timeout)
        let committed = try reader.consumer.requests.committed([topic[0]], timeout: timeout)[topic[0]]
        #expect(committed?.offset == 1 && committed?.metadata.count == 4_096)
    }

    @Test func aNewerProducerFencesTheOlder() async throws {
        let id = KafkaTestBroker.uniqueName("id")
        let topic = try await TestTopic(producer: ["transactional.id": id])
        try topic.producer.initTransactions(timeout: timeout)
        try topic.producer.beginTransaction()
        try topic.producer.write(["older"], to: topic.name)
        let newer = try RDKafkaProducer(["bootstrap.servers": topic.bootstrap, "transactional.id": id])
        try newer.initTransactions(timeout: timeout)
        let error = try #require(throws: RDKafkaError.self) { try topic.producer.commitTransaction(timeout: timeout) }
        #expect(error.code == .fenced && error.isFatal)
        #expect(topic.producer.fatalError?.isFatal == true)
        #expect(try committedTexts(topic) == [])
    }

    @Test(.broker(requires: .fencing)) func offsetsOfAnOldGenerationAreRefused() async throws {
        let topic = try await topic(partitions: 2)
        try topic.producer.initTransactions(timeout: timeout)
        let first = try topic.consumer()
        first.onRebalance = { consumer, event in try consumer.answer(event) }
        try first.consumer.subscribe([topic.name])
        #expect(first.drain { !$0.rebalances.isEmpty })
        let old = try first.consumer.groupMetadata()
        let second = try topic.consumer()
        second.onRebalance = { consumer, event in try consumer.answer(event) }
        try second.consumer.subscribe([topic.name])
        #expect(
            second.drain {
                first.drain()
                return $0.rebalances.contains { $0.partitions.count == 1 }
            })
        try topic.producer.beginTransaction()
        let error = try #require(throws: RDKafkaError.self) {
            try topic.producer.sendOffsets([RDKafkaOffset(topic[0], 9)], group: old, timeout: timeout)
        }
        #expect(error.code == .illegalGeneration && error.isAbortable)
        try topic.producer.abortTransaction(timeout: timeout)
        try topic.producer.beginTransaction()
        try topic.producer.sendOffsets([RDKafkaOffset(topic[0], 9)], group: first.consumer.groupMetadata(), timeout: timeout)
        try topic.producer.commitTransaction(timeout: timeout)
        try first.consumer.close()
        try second.consumer.close()
    }
}
