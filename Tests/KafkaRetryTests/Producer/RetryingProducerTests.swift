import Foundation
import KafkaRetry
import KafkaRetrySpool
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// What a producer's sends come to on a real broker.
@Suite struct RetryingProducerTests {
    @Test(.broker) func whatIsSentIsThereInOrderAndOnce() async throws {
        let bench = try await ProducerBench("sent", partitions: 3)
        let producer = try await bench.producer()
        let messages = (0..<20_000).map { bench.message($0, key: "k\($0 % 50)") }
        let results = await producer.send(messages)
        #expect(results.count == 20_000)
        let account = await producer.close(within: .seconds(20))
        #expect(account.read == 20_000 && account.delivered == 20_000 && account.ended == 20_000, "\(account)")
        let found = try await bench.written(partitions: 3)
        #expect(found.compactMap(\.number).sorted() == Array(0..<20_000))
        #expect(bench.isInOrder(found))
        let places = Set(found.map { "\($0.partition)/\($0.offset)" })
        for (number, result) in results.enumerated() where number % 997 == 0 {
            guard case .success(.delivered(let partition, let offset?, let timestamp?)) = result else {
                Issue.record("\(number): \(result)")
                continue
            }
            #expect(places.contains("\(partition)/\(offset)") && timestamp.milliseconds > 1_700_000_000_000)
        }
    }

    /// librdkafka takes only some at a time, and small ones, large ones and those with headers go to it by different ways.
    @Test(.broker) func aFullQueueCostsNeitherOrderNorAMessage() async throws {
        let bench = try await ProducerBench("full-queue", partitions: 2)
        let producer = try await bench.producer { $0.properties["queue.buffering.max.messages"] = "50" }
        var headers = KafkaHeaders()
        headers.append("h", "1")
        let messages = (0..<4_000).map { number in
            var message = bench.message(number, key: "k\(number % 5)")
            if number % 7 == 0 { message.headers = headers }
            if number % 11 == 0 { message.value = Array("\(number)".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 6_000) }
            return message
        }
        let results = await producer.send(messages)
        #expect(results.allSatisfy { if case .success(.delivered) = $0 { true } else { false } })
        let account = await producer.close(within: .seconds(20))
        #expect(account.delivered == 4_000 && account.ended == account.read, "\(account)")
        let found = try await bench.written(partitions: 2)
        #expect(found.compactMap(\.number).sorted() == Array(0..<4_000) && bench.isInOrder(found))
        #expect(found.count { !$0.headers.isEmpty } == messages.count { !$0.headers.isEmpty })
    }

    @Test(.broker) func aMessageIsWrittenAsItIs() async throws {
        let bench = try await ProducerBench("as-it-is")
        let producer = try await bench.producer()
        var headers = KafkaHeaders()
        headers.append(.messageType, "MachinePinotMessage")
        headers.append("empty", [])
        headers.append("null", nil)
        let topic = bench.topic
        try await producer.send(ProducerRecord(to: topic, partition: 0, key: nil, value: nil, headers: headers))
        try await producer.send(ProducerRecord(to: topic, key: [], value: []))
        await producer.close(within: .seconds(10))
        let found = try await bench.written()
        #expect(found.map(\.key) == [nil, []] && found.map(\.value) == [nil, []])
        #expect(found.first?.headers == [.init("message-type", "MachinePinotMessage"), .init("empty", ""), .init("null", nil)])
    }

    @Test(.broker) func oneThatIsTooLargeIsDeadLetteredAndStopsNobody() async throws {
        let bench = try await ProducerBench("too-large", configuration: ["max.message.bytes": "20000"])
        let producer = try await bench.producer()
        var messages = (0..<3_000).map { bench.message($0, key: "a") }
        messages.insert(ProducerRecord(to: bench.topic, key: "a", value: String(repeating: "x", count: 30_000)), at: 250)
        let results = await producer.send(messages)
        #expect(results.firstIndex(of: .success(.deadLettered)) == 250)
        let account = await producer.close(within: .seconds(10))
        #expect(account.deadLettered == 1 && account.delivered == 3_000 && account.read == account.ended, "\(account)")
        let told = bench.log.all.filter { $0.contains("dead-lettered") }
        #expect(told.count == 1 && told[0].contains(bench.topic.name) && told[0].contains("too large"), "\(told)")
        #expect(!told.contains { $0.contains("xxx") }, "no payload")
        let found = try await bench.written()
        #expect(found.compactMap(\.number).sorted() == Array(0..<3_000), "each once")
        let dead = try await bench.dead
        #expect(dead.count == 1 && dead[0].value?.count == 30_000)
        let names = dead.first.map {
            Dictionary($0.headers.map { (String(decoding: $0.name, as: UTF8.self), $0.value) }) { first, _ in first }
        }
        #expect(names?["X-Dead-Letter-Reason"] == Array("undeliverable".utf8))
        #expect(names?["X-Original-Topic"] == Array(bench.topics.source.utf8))
        #expect(
            names?["X-Retry-Exception-Message"].map { String(decoding: $0 ?? [], as: UTF8.self) }?.contains("SIZE") == true,
            "\(names as Any)")
    }

    @Test(.broker(requires: .control), .timeLimit(.minutes(2))) func aTopicThatIsNotThereFailsItsMessagesAndNoOthers() async throws {
        try await KafkaTestBroker.withDedicated(settings: ["auto.create.topics.enable": "false"]) { try await missing($0) }
    }

    private func missing(_ broker: KafkaTestBroker) async throws {
        let bench = try await ProducerBench("not-there", broker: broker)
        let taken = Mutex<[UndeliveredMessage]>([])
        let producer = try await bench.producer { configuration in
            configuration.recovery = [DeadLetterTopicRecovery(), CallbackRecovery { message in taken.withLock { $0.append(message) } }]
        }
        async let lost = producer.send(ProducerRecord(to: KafkaTopic("no-such-topic-\(bench.topics.source)"), key: "a", value: "1"))
        try await producer.send(bench.message(1, key: "a"))
        #expect(try await lost == .recovered)
        let account = await producer.close(within: .seconds(10))
        #expect(account.recovered == 1 && account.delivered == 1 && account.ended == 2, "\(account)")
        #expect(taken.withLock { $0.first?.reason.contains("UNKNOWN_TOPIC") } == true)
    }

    @Test(.broker, .timeLimit(.minutes(2))) func addedPartitionsAreUsedAfterWhatWasAcceptedBefore() async throws {
        let bench = try await ProducerBench("grown", partitions: 2)
        let producer = try await bench.producer { $0.properties["topic.metadata.refresh.interval.ms"] = "200" }
        let keys = (0..<40).map { "k\($0)" }
        // It knows of two before there are more.
        try await producer.send(bench.message(0, key: keys[0]))
        for number in 1..<400 { try await producer.enqueue(bench.message(number, key: keys[number % 40])) }
        try await bench.topics.addPartitions(bench.topics.source, total: 7)
        var number = 400
        try await eventually("messages arrive in a new partition") {
            for _ in 0..<40 {
                try await producer.enqueue(bench.message(number, key: keys[number % 40]))
                number += 1
            }
            try await Task.sleep(for: .milliseconds(50))
            return bench.log.all.contains { $0.contains("number of partitions has changed") }
        }
        let last = await producer.send((number..<number + 400).map { bench.message($0, key: keys[$0 % 40]) })
        for (offset, result) in last.enumerated() {
            let expected = Partitioner.byKey(Array(keys[(number + offset) % 40].utf8), count: 7)
            guard case .success(.delivered(let partition, _, _)) = result, partition == expected else {
                Issue.record("\(offset): \(result), not in \(expected)")
                break
            }
        }
        await producer.close(within: .seconds(10))
        let found = try await bench.written(partitions: 7)
        #expect(found.compactMap(\.number).sorted() == Array(0..<number + 400))
        // By time, since a key's messages are in two partitions.
        var latest: [[UInt8]?: Int64] = [:]
        for record in found.sorted(by: { ($0.number ?? 0) < ($1.number ?? 0) }) {
            #expect(record.timestamp >= latest[record.key] ?? 0)
            latest[record.key] = record.timestamp
        }
    }

    @Test(.broker, .timeLimit(.minutes(1))) func anOutboxThatIsFullWaitsForRoomAndGetsIt() async throws {
        let bench = try await ProducerBench("outbox")
        let path = NSTemporaryDirectory() + "outbox-\(UUID().uuidString).db"
        let spool = try await SpoolFile.open(path, settings: SpoolSettings(maxBytes: 2_000, whenFull: .block))
        let producer = try await bench.producer {
            $0.spool = spool
            $0.durability = .writeAhead
        }
        for number in 0..<100 { try await producer.enqueue(bench.message(number, key: "k")) }
        let account = await producer.close(within: .seconds(20))
        await spool.close()
        #expect(account.read == 100 && account.read + account.replayed == account.ended, "\(account)")
        let found = try await bench.written()
        #expect(found.compactMap(\.number) == Array(0..<100))
    }

    @Test(.broker, .timeLimit(.minutes(1))) func whatNobodyTakesIsAnErrorOfTheSend() async throws {
        let bench = try await ProducerBench("nobody", configuration: ["max.message.bytes": "2000"])
        let producer = try await bench.producer { $0.recovery = [CallbackRecovery { _ in throw Trouble() }] }
        let error = await #expect(throws: SendError.self) {
            try await producer.send(ProducerRecord(to: bench.topic, value: String(repeating: "x", count: 3_000)))
        }
        #expect(
            error?.persistence == .notWritten && error?.cause == .permanent && error?.message.contains("CallbackRecovery") == true,
            "\(error as Any)")
        let account = await producer.close(within: .seconds(10))
        #expect(account.failed == 1 && account.ended == 1)
        await #expect(throws: SendError.self, "it is closed") { try await producer.send(bench.message(1, key: "a")) }
    }

    @Test(.timeLimit(.minutes(1))) func withoutAClusterADeadlineIsKept() async throws {
        var configuration = ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"])
        configuration.deadline = .seconds(1)
        let producer = try await RetryingProducer(configuration)
        let start = ContinuousClock.now
        let results = await producer.send((0..<1_000).map { ProducerRecord(to: "nowhere", key: "k\($0 % 7)", value: "x") })
        let time = ContinuousClock.now - start
        #expect(
            results.allSatisfy {
                if case .failure(let error) = $0 { error.cause == .deadline && error.persistence == .notWritten } else { false }
            })
        #expect(time > .milliseconds(990) && time < .seconds(5), "\(time)")
        let account = await producer.close(within: .seconds(1))
        #expect(account.failed == 1_000 && account.ended == 1_000)
    }

    @Test(.timeLimit(.minutes(1))) func closedWithoutAClusterItTellsOfAll() async throws {
        let producer = try await RetryingProducer(ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"]))
        var receipts: [SendReceipt] = []
        for number in 0..<100 { receipts.append(try await producer.enqueue(ProducerRecord(to: "nowhere", key: "k", value: "\(number)"))) }
        let account = await producer.close(within: .milliseconds(300))
        #expect(account.read == 100 && account.failed == 100 && account.ended == 100, "\(account)")
        for receipt in receipts {
            let error = await #expect(throws: SendError.self) { try await receipt.outcome }
            #expect(error?.cause == .closed)
        }
    }

    @Test(.timeLimit(.minutes(1))) func whoSendsMoreThanMemoryHoldsWaits() async throws {
        var configuration = ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"])
        configuration.memory = .mebibytes(1)
        configuration.deadline = .seconds(1)
        let producer = try await RetryingProducer(configuration)
        let value = String(repeating: "x", count: 100_000)
        let start = ContinuousClock.now
        for _ in 0..<15 { try await producer.enqueue(ProducerRecord(to: "nowhere", key: "k", value: value)) }
        #expect(ContinuousClock.now - start > .milliseconds(900), "the eleventh waited for the first to be given up")
        await producer.close(within: .seconds(2))
    }

    @Test(.broker(requires: .control), .timeLimit(.minutes(3))) func whatIsInFlightWhenTheBrokerFreezesIsThereOnceInTheEnd() async throws {
        try await KafkaTestBroker.withDedicated { broker in
            let bench = try await ProducerBench("frozen", partitions: 2, broker: broker)
            let producer = try await bench.producer { $0.deadline = .seconds(60) }
            for number in 0..<5_000 { try await producer.enqueue(bench.message(number, key: "k\(number % 5)")) }
            try await broker.pause(1)
            for number in 5_000..<6_000 { try await producer.enqueue(bench.message(number, key: "k\(number % 5)")) }
            try await Task.sleep(for: .seconds(8))
            try await broker.resume(1)
            let account = await producer.close(within: .seconds(30))
            #expect(account.delivered == 6_000 && account.ended == 6_000, "\(account)")
            let found = try await bench.written(partitions: 2)
            #expect(found.compactMap(\.number).sorted() == Array(0..<6_000) && bench.isInOrder(found))
        }
    }

    @Test(.broker(requires: .control), .timeLimit(.minutes(3))) func aBrokerAwayForLongerThanTheDeadlineFailsWhatWasNotSent() async throws {
        try await KafkaTestBroker.withDedicated { broker in
            let bench = try await ProducerBench("away", partitions: 2, broker: broker)
            let producer = try await bench.producer { $0.deadline = .seconds(3) }
            _ = await producer.send((0..<100).map { bench.message($0, key: "k\($0 % 5)") })
            try await broker.kill(1)
            let start = ContinuousClock.now
            let lost = await producer.send((100..<3_000).map { bench.message($0, key: "k\($0 % 5)") })
            let time = ContinuousClock.now - start
            try await broker.restart(1)
            let back = await producer.send((3_000..<4_000).map { bench.message($0, key: "k\($0 % 5)") })
            let account = await producer.close(within: .seconds(30))
            #expect(lost.allSatisfy { if case .failure(let error) = $0 { error.cause == .deadline } else { false } })
            #expect(time < .seconds(8), "\(time)")
            // The broker may need longer than a deadline to come back.
            let arrived = back.filter { if case .success(.delivered) = $0 { true } else { false } }.count
            #expect(account.delivered == 100 + arrived && account.ended == 4_000 && account.ambiguous == 0, "\(account)")
            let found = try await bench.written(partitions: 2)
            #expect(found.count == account.delivered && bench.isInOrder(found))
        }
    }
}
