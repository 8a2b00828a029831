import KafkaRetry
import KafkaRetryConfiguration
import KafkaTestBroker
import RDKafka
import RetryCore
import Synchronization
import Testing

/// Tenants of one file, on two real clusters with credentials of their own.
@Suite struct TenantTests {
    @Test(.broker(requires: .control, .transactions), .timeLimit(.minutes(3)))
    func aTenantsOverlayGoesToAnotherClusterWithOtherCredentials() async throws {
        // Whoever logs in may do everything: what ACLs forbid is tried elsewhere.
        let settings = ["allow.everyone.if.no.acl.found": "true"]
        let users = [TwoClusters.user: TwoClusters.password]
        try await KafkaTestBroker.withDedicated(settings: settings, users: users, encrypted: true) { broker in
            let clusters = try await TwoClusters(broker)
            defer { clusters.remove() }
            try await produces(clusters)
            try await relays(clusters)
            try await isAService(clusters)
            try await refusedCredentialsAreExplained(clusters)
        }
    }

    private func produce(
        _ clusters: TwoClusters, _ tenant: String, _ lines: [String], environment: [String: String] = [:]
    ) async throws -> (ending: Daemon.Ending, text: String) {
        let (ending, output, errors) = try await Daemon.result(
            of: ["produce", "--config", clusters.file, "--tenant", tenant, "--topic", "Orders"], environment: environment,
            input: lines.map { $0 + "\n" }.joined(), within: .seconds(60))
        let text = (output + errors).joined(separator: "\n")
        #expect(!text.contains(TwoClusters.password), "the password is printed")
        return (ending, text)
    }

    /// Each line is in its tenant's topic in its tenant's cluster, and nowhere else.
    private func produces(_ clusters: TwoClusters) async throws {
        async let near = produce(clusters, "near", (0..<100).map(String.init))
        async let far = produce(clusters, "far", (100..<200).map(String.init))
        for (ending, text) in [try await near, try await far] { #expect(ending == .exit(0), "\(text)") }
        #expect(try await clusters.numbers(in: clusters.topic("Orders", of: "near"), of: clusters.near) == Array(0..<100))
        #expect(try await clusters.numbers(in: clusters.topic("Orders", of: "far"), of: clusters.far) == Array(100..<200))
        #expect(try await clusters.near.partitionCount(clusters.topic("Orders", of: "far")) == nil)
        #expect(try await clusters.far.partitionCount(clusters.topic("Orders", of: "near")) == nil)
        let list = try await Daemon.result(of: ["topics", "list", "--config", clusters.file, "--tenant", "near", "-o", "ndjson"])
        let orders = clusters.topic("Orders", of: "near")
        #expect(list.output.count == 2 && list.output.allSatisfy { $0.contains(#""source":"\#(orders)""#) }, "\(list)")
        // A variable of the tenant's beats the file, and a wrong password is no other tenant's.
        let variable = ["KAFKA_RETRY_TENANT__FAR__X_SASL_PASSWORD": "a-wrong-one-5d20"]
        let wrong = try await produce(clusters, "far", ["1"], environment: variable)
        #expect(wrong.ending == .exit(77) && !wrong.text.contains("a-wrong-one"), "\(wrong.text)")
    }

    /// The prefix is in all three topics' names and in what a header says of them.
    private func relays(_ clusters: TwoClusters) async throws {
        let source = clusters.topic("Orders", of: "far")
        let arguments = [
            "run", "--config", clusters.file, "--tenant", "far", "--topic", "Orders", "--group", "\(clusters.prefix).far.relay",
            "--instance", "one",
        ]
        try await Daemon.run(arguments) { daemon in
            #expect(try await daemon.line(containing: "ready").contains(#""topics":["\#(source)"]"#))
            try await TestWriter(clusters.far.servers).write([
                TestRecord(to: source + "-Retry", number: 201), TestRecord(to: source + "-Retry", number: 202, headers: [.count(2)]),
            ])
            let ledger = try Ledger([source, source + "-Error"], partitions: 1, servers: clusters.far.servers)
            let found = await ledger.read(102).filter { ($0.number ?? 0) > 200 }.sorted { ($0.number ?? 0) < ($1.number ?? 0) }
            #expect(found.map(\.topic) == [source, source + "-Error"], "\(daemon.errorLines)")
            #expect(found.map { $0.text("X-Original-Topic") } == [source, source])
            _ = try await daemon.account()
            #expect(daemon.said("starting").contains { $0.contains("tenant=far") && $0.contains("cluster=encrypted") })
            #expect(!(daemon.outputLines + daemon.errorLines).contains { $0.contains(TwoClusters.password) })
        }
    }

    /// A service's producer and its listener, by TLS, through what the library reads of the same file.
    private func isAService(_ clusters: TwoClusters) async throws {
        let connection = try KafkaClusters(file: clusters.file, environment: [:]).connection(tenant: "far")
        let visits = connection.topic("Visits")
        let producer = try await RetryingProducer(ProducerConfiguration(connection))
        guard case .delivered = try await producer.send(ProducerRecord(to: visits, key: "k", value: "300")) else {
            Issue.record("not delivered")
            return
        }
        await producer.close(within: .seconds(5))
        let attempts = Mutex<[String]>([])
        let (handled, handling) = AsyncStream.makeStream(of: Void.self)
        var configuration = ListenerConfiguration(connection, group: "\(clusters.prefix).far.service", instance: "one")
        configuration.policy = try .listed([.milliseconds(50)])
        let topic = ListenerTopic(visits) { record, context in
            attempts.withLock { $0.append("\(context.attempt) \(record.source.topic)") }
            if context.attempt == 1 { throw NotYet() }
            handling.finish()
        }
        let listener = try RetryListener(configuration, topics: [topic])
        async let account = listener.run()
        for await _ in handled {}
        listener.stop()
        _ = try await account
        #expect(attempts.withLock { $0 } == ["1 \(visits)", "2 \(visits)-Retry"])
    }

    /// A librdkafka that cannot log in with SCRAM says so: the password may be right.
    private func refusedCredentialsAreExplained(_ clusters: TwoClusters) async throws {
        let refused = try await produce(clusters, "stranger", ["1"])
        #expect(refused.ending == .exit(77), "\(refused.text)")
        let isOld = RDKafkaVersion.number < 0x0206_01FF
        #expect(refused.text.contains("SCRAM with Kafka 4 needs 2.6.1") == isOld, "\(refused.text)")
    }

    private struct NotYet: Error {}
}
