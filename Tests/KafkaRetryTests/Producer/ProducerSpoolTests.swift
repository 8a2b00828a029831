import Foundation
import KafkaRetry
import KafkaRetrySpool
import RDKafka
import Testing

/// A producer with a spool, on a mock cluster that comes and goes, or on none.
@Suite struct ProducerSpoolTests {
    private let log = LogLines()
    private let path = NSTemporaryDirectory() + "producer-spool-\(UUID().uuidString).db"

    private func producer(
        _ servers: String, _ spool: any MessageSpool, _ change: (inout ProducerConfiguration) -> Void = { _ in }
    ) async throws -> RetryingProducer {
        var configuration = ProducerConfiguration(bootstrapServers: [servers])
        configuration.spool = spool
        configuration.deadline = .milliseconds(500)
        change(&configuration)
        return try await RetryingProducer(configuration, log: RetryLogger(level: .debug, handler: log))
    }

    private func messages(_ numbers: Range<Int>) -> [ProducerRecord] {
        numbers.map { ProducerRecord(to: "T", key: "k", value: "\($0)") }
    }

    private func cluster() throws -> MockCluster {
        let cluster = try MockCluster()
        try cluster.createTopic("T", partitions: 1)
        return cluster
    }

    // MARK: The account

    @Test(.timeLimit(.minutes(1))) func anOutageIsCountedOnceAndToldOnce() async throws {
        let cluster = try cluster()
        try cluster.setBroker(1, up: false)
        let spool = try await SpoolFile.open(path)
        let producer = try await producer(cluster.bootstrapServers, spool)
        let results = await producer.send(messages(0..<50))
        #expect(results.allSatisfy { $0 == .success(.spooled) })
        try await eventually("who is on call is told") { log.all.contains { $0.contains("no broker answers") } }
        try cluster.setBroker(1, up: true)
        try await eventually("what was spooled is delivered") { producer.account.delivered == 50 }
        let account = await producer.close(within: .seconds(10))
        await spool.close()
        #expect(account.read == 50 && account.replayed == 0 && account.delivered == 50 && account.spooled == 0, "\(account)")
        #expect(account.ended == account.accepted)
        #expect(log.all.count { $0.contains("no broker answers") } == 1 && log.all.count { $0.contains("a broker answers again") } == 1)
    }

    @Test(.timeLimit(.minutes(1))) func whatMayBeWrittenIsRememberedInTheSpool() async throws {
        let cluster = try cluster()
        let spool = try await SpoolFile.open(path)
        let first = try await producer(cluster.bootstrapServers, spool) { $0.durability = .writeAhead }
        let results = await first.send(messages(0..<1))
        // Its answer does not come before the end.
        try cluster.setRoundTrip(1, .seconds(20))
        let receipt = try await first.enqueue(messages(1..<2)[0])
        try await receipt.accepted()
        try await Task.sleep(for: .milliseconds(200))
        let account = await first.close(within: .milliseconds(400))
        #expect(results.count == 1 && account.delivered == 1 && account.spooled == 1 && account.possiblyTwice == 1, "\(account)")
        #expect(try await spool.read(after: 0, limit: 10, bytes: .max).map(\.entry.mayBeWritten) == [true])
        let other = try self.cluster()
        let second = try await producer(other.bootstrapServers, spool)
        let rest = await second.close(within: .seconds(20))
        await spool.close()
        #expect(rest.replayed == 1 && rest.delivered == 1 && rest.possiblyTwice == 1, "\(rest)")
    }

    // MARK: What stays, and what does not

    @Test(.timeLimit(.minutes(1))) func whatNobodyTakesStaysInTheSpoolAndIsToldSo() async throws {
        let cluster = try cluster()
        let spool = try await SpoolFile.open(path)
        let producer = try await producer(cluster.bootstrapServers, spool) {
            $0.durability = .writeAhead
            $0.recovery = [LogRecovery(.silent)]
        }
        cluster.failNext(apiKey: 0, with: [.policyViolation])
        let bad = await producer.send(messages(0..<1))
        let good = await producer.send(messages(1..<2))
        #expect(bad == [.success(.spooled)])
        #expect(good.allSatisfy { if case .success(.delivered) = $0 { true } else { false } })
        let account = await producer.close(within: .seconds(10))
        #expect(account.read == 2 && account.spooled == 1 && account.delivered == 1 && account.failed == 0, "\(account)")
        #expect(try await spool.read(after: 0, limit: 10, bytes: .max).map(\.entry.message.value) == [Array("0".utf8)])
        #expect(log.all.contains { $0.contains("messages stay in the spool") && $0.contains("POLICY") })
        await spool.close()
    }

    @Test(.timeLimit(.minutes(1))) func whatLeavesTheSpoolUnsentIsLogged() async throws {
        let cluster = try cluster()
        let spool = try await SpoolFile.open(path)
        let producer = try await producer(cluster.bootstrapServers, spool) {
            $0.durability = .writeAhead
            $0.onAmbiguous = .fail
        }
        _ = await producer.send(messages(0..<1))
        try cluster.setRoundTrip(1, .seconds(20))
        let receipt = try await producer.enqueue(ProducerRecord(to: "T", key: "secret-key", value: "secret-value"))
        try await receipt.accepted()
        try await Task.sleep(for: .milliseconds(200))
        let account = await producer.close(within: .milliseconds(400))
        #expect(account.ambiguous == 1 && account.ended == account.accepted, "\(account)")
        #expect(try await spool.contents().messages == 0)
        let line = log.all.first { $0.contains("leaves the spool") }
        #expect(line?.contains("spool_number") == true && line?.contains("secret") == false, "\(line ?? "none")")
        await spool.close()
    }

    // MARK: The end

    @Test(.timeLimit(.minutes(1))) func closingDoesNotWaitForAClusterOnceAllIsOnDisk() async throws {
        let spool = try await SpoolFile.open(path)
        let producer = try await producer("127.0.0.1:1", spool)
        #expect(await producer.send(messages(0..<20)).allSatisfy { $0 == .success(.spooled) })
        let start = ContinuousClock.now
        let account = await producer.close(within: .seconds(50))
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(account.spooled == 20 && account.ended == account.accepted && account.accepted == 20, "\(account)")
        #expect(try await spool.contents().messages == 20)
        await spool.close()
    }

    @Test(.timeLimit(.minutes(1))) func closingDoesNotWaitForRoomInTheSpool() async throws {
        let spool = try await SpoolFile.open(path, settings: SpoolSettings(maxBytes: 1_000, whenFull: .block))
        let producer = try await producer("127.0.0.1:1", spool) { $0.durability = .writeAhead }
        var receipts: [SendReceipt] = []
        for message in messages(0..<1_000) { receipts.append(try await producer.enqueue(message)) }
        let start = ContinuousClock.now
        let account = await producer.close(within: .seconds(1))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(account.read == 1_000 && account.ended == 1_000 && account.spooled > 0 && account.failed > 0, "\(account)")
        #expect(try await spool.contents().messages == account.spooled)
        for receipt in receipts { _ = try? await receipt.outcome }
        await spool.close()
    }

    @Test(.timeLimit(.minutes(1))) func closingDoesNotWaitForAHandlerThatDoesNotAnswer() async throws {
        let spool = try await SpoolFile.open(path)
        let release = AsyncStream<Void>.makeStream()
        let producer = try await producer("127.0.0.1:1", spool) {
            $0.recovery = [CallbackRecovery { _ in await Task { for await _ in release.stream {} }.value }]
        }
        let receipt = try await producer.enqueue(messages(0..<1)[0])
        let start = ContinuousClock.now
        let account = await producer.close(within: .seconds(1))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(account.read == 1 && account.ended == 1, "\(account)")
        await #expect(throws: SendError.self) { try await receipt.outcome }
        release.continuation.finish()
        await spool.close()
    }

    // MARK: The disk

    @Test(.timeLimit(.minutes(1))) func aSpoolThatCannotBeReadIsAskedAgainAfterAPause() async throws {
        let cluster = try cluster()
        let spool = BrokenSpool(holding: messages(0..<1), readFailures: 2)
        let producer = try await producer(cluster.bootstrapServers, spool)
        try await eventually("it is read in the end") { producer.account.delivered == 1 }
        #expect(await spool.reads < 10)
        let account = await producer.close(within: .seconds(10))
        #expect(account.replayed == 1 && account.ended == 1, "\(account)")
    }

    @Test(.timeLimit(.minutes(1))) func aReceiptTellsWhenItsMessageIsOnDisk() async throws {
        let spool = try await SpoolFile.open(path)
        let first = try await producer("127.0.0.1:1", spool) { $0.durability = .writeAhead }
        let receipt = try await first.enqueue(messages(0..<1)[0])
        try await receipt.accepted()
        #expect(try await spool.contents().messages == 1)
        await first.close(within: .seconds(1))
        await spool.close()

        let second = try await producer("127.0.0.1:1", BrokenSpool(holding: [], readFailures: 0)) { $0.durability = .writeAhead }
        let refused = try await second.enqueue(messages(0..<1)[0])
        await #expect(throws: SendError.self, "the disk did not take it") { try await refused.accepted() }
        await second.close(within: .seconds(1))
    }
}

/// A spool that cannot be read at first, and takes nothing.
private actor BrokenSpool: MessageSpool {
    private let held: [SpooledMessage]
    private var readFailures: Int
    private(set) var reads = 0

    init(holding messages: [ProducerRecord], readFailures: Int) {
        held = messages.enumerated().map {
            SpooledMessage(number: Int64($0.offset + 1), entry: SpoolEntry($0.element, accepted: Timestamp(milliseconds: 0)))
        }
        self.readFailures = readFailures
    }

    func append(_ messages: [SpoolEntry]) throws(SpoolError) -> [Int64] { throw SpoolError(.io, "the disk is broken") }

    func read(after: Int64, limit: Int, bytes: Int) throws(SpoolError) -> [SpooledMessage] {
        reads += 1
        readFailures -= 1
        if readFailures >= 0 { throw SpoolError(.io, "the disk is broken") }
        return held.filter { $0.number > after }
    }

    func remove(_ numbers: [Int64]) {}
    func contents() -> SpoolContents { SpoolContents(messages: held.count) }
    func close() {}
}
