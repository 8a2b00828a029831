import KafkaRetry
import KafkaTestBroker
import RDKafka
import Testing

/// librdkafka's own repeats: after it has raised its producer's epoch, brokers do not recognise what they had in the epoch before.
@Suite struct ProducerEpochTests {
    @Test(.broker(requires: .control, .proxy), .timeLimit(.minutes(3))) func whatIsSentAgainInANewEpochIsCounted() async throws {
        try await KafkaTestBroker.withDedicated(brokers: 2, proxied: true) { cluster in
            let proxy = try #require(cluster.toxiproxy)
            let bench = try await ProducerBench("epoch", partitions: 2, configuration: ["max.message.bytes": "10000"], broker: cluster)
            let producer = try await bench.producer { $0.properties["socket.timeout.ms"] = "5000" }
            func send(_ numbers: Range<Int>, to partition: Int32) async throws -> [SendReceipt] {
                var receipts: [SendReceipt] = []
                for number in numbers {
                    receipts.append(try await producer.enqueue(ProducerRecord(to: bench.topic, partition: partition, value: "\(number)")))
                }
                return receipts
            }
            for receipt in try await send(0..<1, to: 0) + send(1..<2, to: 1) { _ = try await receipt.outcome }
            // One of the two partitions is led by the broker whose answers are lost.
            try await proxy.add("lost", kind: "timeout", to: "broker-1", attributes: ["timeout": 0])
            let probes = [try await send(2..<3, to: 0)[0], try await send(3..<4, to: 1)[0]]
            let healthy = try await withThrowingTaskGroup(of: Int32.self) { group in
                for (partition, probe) in probes.enumerated() {
                    group.addTask {
                        _ = try await probe.outcome
                        return Int32(partition)
                    }
                }
                let healthy = try #require(try await group.next())
                let unanswered = try await send(4..<104, to: 1 - healthy)
                let tooLarge = ProducerRecord(to: bench.topic, partition: healthy, value: String(repeating: "x", count: 20_000))
                // Among others, which are sent again because their numbers do not follow any more: these cannot be there twice.
                let before = try await send(204..<254, to: healthy)
                let refused = try await producer.enqueue(tooLarge)
                let behind = try await send(254..<304, to: healthy)
                try await Task.sleep(for: .seconds(1))
                try await proxy.remove("lost", from: "broker-1")
                for receipt in before + unanswered + behind { _ = try await receipt.outcome }
                #expect(try await refused.outcome == .deadLettered)
                try await group.waitForAll()
                return healthy
            }
            let answered = try await send(104..<204, to: healthy)
            for receipt in answered { _ = try await receipt.outcome }
            let account = await producer.close(within: .seconds(30))
            let found = try await bench.written(partitions: 2)
            let copies = Dictionary(found.compactMap(\.number).map { ($0, 1) }, uniquingKeysWith: +)
            let repeated = copies.values.count { $0 > 1 }
            print("a new epoch: \(repeated) repeated, \(account)")
            #expect(copies.count == 304 && account.delivered == 304 && account.deadLettered == 1, "\(account)")
            // Of none that was answered, and of all that were not.
            #expect(repeated > 0 && repeated <= account.possiblyTwice && account.possiblyTwice <= 101, "\(account)")
        }
    }
}
