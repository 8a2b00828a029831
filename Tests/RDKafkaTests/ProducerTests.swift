import Dispatch
import RDKafka
import Testing

@Suite @BlockingThread struct ProducerTests {
    let cluster: MockCluster

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic("T", partitions: 2)
    }

    private func producer(_ more: RDKafkaConfiguration = [:], wakeUp: @escaping @Sendable () -> Void = {}) throws -> RDKafkaProducer {
        let base: RDKafkaConfiguration = ["bootstrap.servers": cluster.bootstrapServers]
        return try RDKafkaProducer(base.merging(more), wakeUp: wakeUp)
    }

    private func produce(_ producer: RDKafkaProducer, _ text: String, partition: Int32 = 0, token: Int = 0) throws {
        let topic = try producer.topic("T")
        try Array(text.utf8).withUnsafeBytes { try producer.produce(to: topic, partition: partition, key: nil, value: $0, token: token) }
    }

    @Test func reportsSayWhereEachRecordStands() throws {
        let reports = try producer().write(["a", "b", "c"], to: "T", partition: 1)
        #expect(reports.map(\.token) == [0, 1, 2] && reports.map(\.offset) == [0, 1, 2])
        #expect(reports.allSatisfy { $0.persistence == .persisted && $0.partition == 1 && $0.error == nil && $0.timestamp != nil })
    }

    @Test func tokensMayBeAnyNumber() throws {
        let producer = try producer()
        for token in [Int.min, -1, 0, Int.max] { try produce(producer, "x", token: token) }
        try producer.flush(timeout: .seconds(20))
        #expect(producer.deliveryReports().map(\.token) == [Int.min, -1, 0, Int.max])
    }

    @Test func aFullQueueIsSaidAndKeepsTheHeaders() throws {
        try cluster.setBroker(1, up: false)
        let producer = try producer(["queue.buffering.max.messages": "1"])
        let topic = try producer.topic("T")
        try producer.produce(to: topic, partition: 0, key: nil, value: nil)
        var headers = RDKafkaHeaders()
        headers.append("kept", [1])
        var failure: RDKafkaError?
        do { try producer.produce(to: topic, partition: 0, key: nil, value: nil, headers: &headers) } catch { failure = error }
        #expect(failure?.code == .queueFull && headers.count == 1)
        #expect(producer.outQueueLength >= 1)
    }

    @Test func aRecordThatIsTooLargeIsRefusedAtOnce() throws {
        let error = try #require(throws: RDKafkaError.self) {
            try produce(producer(["message.max.bytes": "1000"]), String(repeating: "x", count: 2_000))
        }
        #expect(error.code == .msgSizeTooLarge)
    }

    @Test func aPartitionThatIsNotThereIsReportedOrRefused() throws {
        let producer = try producer()
        #expect(try producer.describe(topic: "T", timeout: .seconds(20)).partitionCount == 2)
        var codes: [RDKafkaError.Code] = []
        do { try produce(producer, "x", partition: 99) } catch let error as RDKafkaError { codes.append(error.code) }
        try producer.flush(timeout: .seconds(20))
        codes += producer.deliveryReports().compactMap { $0.error?.code }
        #expect(codes == [.unknownPartition])
    }

    @Test func whatWasPurgedUnsentIsNotPersisted() throws {
        try cluster.setBroker(1, up: false)
        let producer = try producer()
        try produce(producer, "x", token: 5)
        #expect(throws: RDKafkaError.self) { try producer.flush(timeout: .milliseconds(100)) }
        try producer.purge(inFlight: false)
        try producer.flush(timeout: .seconds(20))
        let report = try #require(producer.deliveryReports().first)
        #expect(report.token == 5 && report.persistence == .notPersisted && report.error?.code == .purgedInQueue && report.offset == nil)
    }

    @Test func whatWasPurgedInFlightMayStandInTheLog() throws {
        let producer = try producer(["linger.ms": "0"])
        try producer.primeMetadata(timeout: .seconds(20))
        try producer.write(["connected"], to: "T")
        try cluster.setRoundTrip(1, .seconds(5))
        try produce(producer, "x")
        #expect(throws: RDKafkaError.self) { try producer.flush(timeout: .milliseconds(500)) }
        try producer.purge(inFlight: true)
        try producer.flush(timeout: .seconds(20))
        #expect(producer.deliveryReports().map(\.persistence) == [.possiblyPersisted])
    }

    @Test func theWakeUpSaysThatReportsAreThere() throws {
        let woken = DispatchSemaphore(value: 0)
        let producer = try producer(wakeUp: { woken.signal() })
        try produce(producer, "x", token: 3)
        var reports: [RDKafkaDeliveryReport] = []
        repeat {
            let outcome = woken.wait(timeout: .now() + 20)
            #expect(outcome == .success)
            if outcome == .timedOut { return }
            reports += producer.deliveryReports()
        } while reports.isEmpty
        #expect(reports.map(\.token) == [3])
    }

    @Test func aTransactionWithoutAnIdIsRefused() throws {
        let error = try #require(throws: RDKafkaError.self) { try producer().beginTransaction() }
        #expect(error.name == "_NOT_CONFIGURED")
    }
}
