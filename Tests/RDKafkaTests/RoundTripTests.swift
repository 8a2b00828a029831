import RDKafka
import Testing

@Suite @BlockingThread struct RoundTripTests {
    let cluster: MockCluster

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic("T", partitions: 2)
    }

    private func consumer(_ more: RDKafkaConfiguration = [:]) throws -> TestConsumer {
        let base: RDKafkaConfiguration = ["bootstrap.servers": cluster.bootstrapServers, "group.id": "g"]
        return try TestConsumer(base.merging(more))
    }

    private func producer() throws -> RDKafkaProducer {
        try RDKafkaProducer(["bootstrap.servers": cluster.bootstrapServers, "enable.idempotence": "true"])
    }

    @Test func keyValueAndHeadersSurviveByteForByte() throws {
        let producer = try producer()
        let notUTF8: [UInt8] = [0xC3, 0x28, 0xFF]
        let topic = try producer.topic("T")
        var headers = RDKafkaHeaders()
        headers.append("X-Retry-Count", Array("2".utf8))
        headers.append("null", nil)
        headers.append("empty", [])
        notUTF8.withUnsafeBytes { headers.append(name: $0, value: $0) }
        headers.append("X-Retry-Count", Array("3".utf8))
        headers.append("", Array("no name".utf8))
        try [0, 1, 0xFF].withUnsafeBytes { bytes in
            try producer.produce(to: topic, partition: 1, key: bytes, value: bytes, headers: &headers, token: 7)
        }
        #expect(headers.count == 0)
        try producer.flush(timeout: .seconds(20))
        let report = try #require(producer.deliveryReports().first)
        #expect(report.token == 7 && report.partition == 1 && report.offset == 0 && report.persistence == .persisted && report.error == nil)

        let reader = try consumer()
        try reader.consumer.assign([RDKafkaPartition("T", 1): .beginning])
        #expect(reader.drain { $0.received.count == 1 })
        let record = try #require(reader.received.first)
        let bytes = [0, 1, 0xFF].withUnsafeBytes { Array($0) }
        #expect(record.key == bytes && record.value == bytes && record.timestamp != nil)
        #expect(
            record.headers == [
                .init(name: Array("X-Retry-Count".utf8), value: Array("2".utf8)), .init(name: Array("null".utf8), value: nil),
                .init(name: Array("empty".utf8), value: []), .init(name: notUTF8, value: notUTF8),
                .init(name: Array("X-Retry-Count".utf8), value: Array("3".utf8)), .init(name: [], value: Array("no name".utf8)),
            ])
    }

    @Test func nullAndEmptyAreToldApart() throws {
        let producer = try producer()
        let topic = try producer.topic("T")
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        try producer.produce(to: topic, partition: 0, key: nil, value: empty)
        try producer.produce(to: topic, partition: 0, key: empty, value: nil)
        try producer.flush(timeout: .seconds(20))
        let reader = try consumer()
        try reader.consumer.assign([RDKafkaPartition("T", 0): .offset(0)])
        #expect(reader.drain { $0.received.count == 2 })
        #expect(reader.received.map(\.key) == [nil, []])
        #expect(reader.received.map(\.value) == [[], nil])
        #expect(reader.received.allSatisfy { $0.headers.isEmpty })
    }
}
