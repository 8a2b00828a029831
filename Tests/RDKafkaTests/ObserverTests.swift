import Dispatch
import Foundation
import RDKafka
import Synchronization
import Testing

@Suite @BlockingThread struct ObserverTests {
    /// What an observer was told, and a semaphore that says so.
    private final class Told<Value: Sendable>: Sendable {
        private let values = Mutex<[Value]>([])
        private let arrived = DispatchSemaphore(value: 0)
        func add(_ value: Value) {
            values.withLock { $0.append(value) }
            arrived.signal()
        }
        func first(serving serve: () -> Void, where matches: (Value) -> Bool) -> Value? {
            let end = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < end {
                serve()
                if let found = values.withLock({ $0.first(where: matches) }) { return found }
                _ = arrived.wait(timeout: .now() + .milliseconds(100))
            }
            return nil
        }
    }

    @Test func allBrokersDownIsTold() throws {
        let cluster = try MockCluster()
        try cluster.setBroker(1, up: false)
        let told = Told<RDKafkaError>()
        let producer = try RDKafkaProducer(["bootstrap.servers": cluster.bootstrapServers], observer: .init(error: { told.add($0) }))
        #expect(told.first(serving: { _ = producer.deliveryReports() }, where: { $0.code == .allBrokersDown }) != nil)
    }

    @Test func statisticsAreJSON() throws {
        let cluster = try MockCluster()
        let told = Told<String>()
        let producer = try RDKafkaProducer(
            ["bootstrap.servers": cluster.bootstrapServers, "statistics.interval.ms": "100"], observer: .init(statistics: { told.add($0) }))
        let json = try #require(told.first(serving: { _ = producer.deliveryReports() }, where: { _ in true }))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["type"] as? String == "producer")
    }

    @Test func theLogIsForwarded() throws {
        let cluster = try MockCluster()
        let told = Told<RDKafkaLogLine>()
        let producer = try RDKafkaProducer(
            ["bootstrap.servers": cluster.bootstrapServers, "debug": "broker", "client.id": "logging"],
            observer: .init(log: { told.add($0) }))
        let line = try #require(told.first(serving: { _ = producer.deliveryReports() }, where: { $0.facility == "CONNECT" }))
        #expect(line.level == 7 && !line.message.isEmpty)
    }
}
