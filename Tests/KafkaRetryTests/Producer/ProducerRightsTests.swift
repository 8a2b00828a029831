import KafkaRetry
import KafkaTestBroker
import RDKafka
import Synchronization
import Testing

/// A producer that logs in as a user, who may do what ACLs say and nothing else.
@Suite struct ProducerRightsTests {
    private static let user = "sender"
    private static let password = "not-to-be-told-51d0"

    private func producer(
        _ broker: KafkaTestBroker, password: String, taken: Taken
    ) async throws -> RetryingProducer {
        var configuration = ProducerConfiguration(bootstrapServers: [broker.authenticatedServers ?? broker.bootstrapServers])
        configuration.properties = [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": Self.user, "sasl.password": password,
        ]
        configuration.recovery = [CallbackRecovery { message in taken.append(message) }]
        return try await RetryingProducer(configuration)
    }

    @Test(.broker(requires: .control), .timeLimit(.minutes(3))) func whatIsNotAllowedIsToldAtOnce() async throws {
        try await KafkaTestBroker.withDedicated(users: [Self.user: Self.password]) { broker in
            try await whatMayNotBeWrittenGoesToRecovery(broker)
            try await badCredentialsGoToRecovery(broker)
        }
    }

    private func whatMayNotBeWrittenGoesToRecovery(_ broker: KafkaTestBroker) async throws {
        let allowed = try await TestTopics.create("allowed", servers: broker.bootstrapServers)
        let denied = try await TestTopics.create("denied", servers: broker.bootstrapServers)
        try await broker.tool(
            "acls",
            [
                "--add", "--allow-principal", "User:\(Self.user)", "--operation", "Write", "--operation", "Describe", "--topic",
                allowed.source,
            ])
        let taken = Taken()
        let producer = try await producer(broker, password: Self.password, taken: taken)
        let start = ContinuousClock.now
        async let bad = producer.send(ProducerRecord(to: KafkaTopic(denied.source), key: "k", value: "1"))
        let good = try await producer.send(ProducerRecord(to: KafkaTopic(allowed.source), key: "k", value: "1"))
        guard case .delivered = good else {
            Issue.record("\(good)")
            return
        }
        #expect(try await bad == .recovered)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(taken.all.first?.reason.contains("AUTHORIZATION") == true, "\(taken.all.map(\.reason))")
        let account = await producer.close(within: .seconds(5))
        #expect(account.delivered == 1 && account.recovered == 1 && account.ended == 2)
    }

    private func badCredentialsGoToRecovery(_ broker: KafkaTestBroker) async throws {
        let topics = try await TestTopics.create("credentials", servers: broker.bootstrapServers)
        let taken = Taken()
        let producer = try await producer(broker, password: "wrong-77aa", taken: taken)
        let start = ContinuousClock.now
        #expect(try await producer.send(ProducerRecord(to: KafkaTopic(topics.source), key: "k", value: "1")) == .recovered)
        #expect(ContinuousClock.now - start < .seconds(20), "long before its deadline of two minutes")
        #expect(taken.all.allSatisfy { !$0.reason.contains("wrong-77aa") && $0.cause == .permanent }, "\(taken.all.map(\.reason))")
        await producer.close(within: .seconds(5))
    }
}

/// Messages that a recovery handler has taken.
private final class Taken: Sendable {
    private let messages = Mutex<[UndeliveredMessage]>([])
    var all: [UndeliveredMessage] { messages.withLock { $0 } }
    func append(_ message: UndeliveredMessage) { messages.withLock { $0.append(message) } }
}
