import RDKafka
import Testing

@Suite @BlockingThread struct RecordBatchTests {
    let cluster: MockCluster

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic("T", partitions: 2)
    }

    private func producer(_ more: RDKafkaConfiguration = [:]) throws -> RDKafkaProducer {
        let base: RDKafkaConfiguration = ["bootstrap.servers": cluster.bootstrapServers, "enable.idempotence": "true"]
        return try RDKafkaProducer(base.merging(more))
    }

    private func append(_ text: String, token: Int, to batch: inout RDKafkaRecordBatch) {
        Array(text.utf8).withUnsafeBytes { batch.append(key: nil, value: $0, token: token) }
    }

    @Test func nullAndEmptyAreToldApartAndTheOrderIsKept() throws {
        let producer = try producer()
        var batch = RDKafkaRecordBatch()
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        batch.append(key: nil, value: empty, token: 1)
        batch.append(key: empty, value: nil, token: 2)
        append("third", token: 3, to: &batch)
        producer.produce(&batch, to: try producer.topic("T"), partition: 1) { token, error in Issue.record("\(token): \(error)") }
        let left = batch.count
        #expect(left == 0)
        try producer.flush(timeout: .seconds(20))
        let reports = producer.deliveryReports()
        #expect(reports.map(\.token) == [1, 2, 3] && reports.map(\.offset) == [0, 1, 2])
        #expect(reports.allSatisfy { $0.partition == 1 && $0.persistence == .persisted && $0.timestamp != nil })
        let reader = try TestConsumer(["bootstrap.servers": cluster.bootstrapServers, "group.id": "g"])
        try reader.consumer.assign([RDKafkaPartition("T", 1): .beginning])
        #expect(reader.drain { $0.received.count == 3 })
        #expect(reader.received.map(\.key) == [nil, [], nil])
        #expect(reader.received.map(\.value) == [[], nil, Array("third".utf8)])
    }

    @Test func behindOneThatMeetsAFullQueueNoneIsTaken() throws {
        try cluster.setBroker(1, up: false)
        let producer = try producer(["queue.buffering.max.messages": "5"])
        var batch = RDKafkaRecordBatch()
        for token in 0..<20 { append("x", token: token, to: &batch) }
        var refused: [Int] = []
        producer.produce(&batch, to: try producer.topic("T"), partition: 0) { token, error in
            #expect(error.code == .queueFull)
            refused.append(token)
        }
        let left = batch.count
        #expect(refused == Array(5..<20) && left == 0 && producer.outQueueLength >= 5)
    }

    @Test func oneThatIsTooLargeIsRefusedAloneAndTheOthersGo() throws {
        let producer = try producer(["message.max.bytes": "1000"])
        var batch = RDKafkaRecordBatch()
        for (token, size) in [10, 2_000, 10].enumerated() { append(String(repeating: "x", count: size), token: token, to: &batch) }
        var refused: [Int: RDKafkaError.Code] = [:]
        producer.produce(&batch, to: try producer.topic("T"), partition: 0) { refused[$0] = $1.code }
        #expect(refused == [1: .msgSizeTooLarge])
        try producer.flush(timeout: .seconds(20))
        #expect(producer.deliveryReports().map(\.token) == [0, 2])
    }

    @Test func itTakesNoMoreThanItHasRoomFor() {
        var batch = RDKafkaRecordBatch()
        #expect(RDKafkaRecordBatch.admits(byteCount: 100) && !RDKafkaRecordBatch.admits(byteCount: 1 << 20))
        var count = 0
        while batch.hasRoom(byteCount: 1_000) {
            append(String(repeating: "x", count: 1_000), token: count, to: &batch)
            count += 1
        }
        let held = batch.count
        #expect(count > 100 && held == count)
        let tokens = batch.removeAll()
        let hasRoom = batch.hasRoom(byteCount: 1_000)
        #expect(tokens == Array(0..<count) && hasRoom)
    }
}
