/// A real broker, or a small cluster of them, for the tests. Whatever was started here ends with the test process, however that ends.
///
/// Tests run at the same time on the shared broker, so each takes names of its own from `uniqueName(_:)` for its topics and groups.
public final class KafkaTestBroker: Sendable {
    /// Where clients of the tests connect to: through the proxy if there is one.
    public let bootstrapServers: String
    /// The same brokers around the proxy; equal to `bootstrapServers` without one.
    public let directServers: String
    /// Where clients give a user's name and password, by SASL_PLAINTEXT and PLAIN. Only with `dedicated(users:)`.
    public let authenticatedServers: String?
    /// Where they do so by SASL_SSL. Only with `dedicated(users:encrypted:)`.
    public let encryptedServers: String?
    /// The certificate by which clients know the broker there: their `ssl.ca.location`.
    public var certificate: String? { keys?.certificate }
    /// What the brokers can do.
    public let capabilities: Set<Capability>
    /// How many brokers there are; they are numbered from 1.
    public let brokers: Int
    /// The fault-injecting proxy, whose proxy `broker-N` stands in front of broker N. Only with `dedicated(proxied: true)`.
    public let toxiproxy: Toxiproxy?
    private let supervisor: Supervisor?
    private let turn: DedicatedTurn?
    private let keys: TestKeys?

    private init(
        _ source: BrokerSource, bootstrapServers: String, directServers: String? = nil, authenticatedServers: String? = nil,
        encryptedServers: String? = nil, brokers: Int = 1, toxiproxy: Toxiproxy? = nil, supervisor: Supervisor? = nil,
        turn: DedicatedTurn? = nil, keys: TestKeys? = nil
    ) {
        self.bootstrapServers = bootstrapServers
        self.directServers = directServers ?? bootstrapServers
        self.authenticatedServers = authenticatedServers
        self.encryptedServers = encryptedServers
        self.brokers = brokers
        self.toxiproxy = toxiproxy
        self.supervisor = supervisor
        self.turn = turn
        self.keys = keys
        var capabilities = source.capabilities
        if turn != nil { capabilities.insert(.control) }
        if toxiproxy != nil { capabilities.insert(.proxy) }
        self.capabilities = capabilities
    }

    private static let first = Task { () async throws -> KafkaTestBroker in
        guard let source = BrokerSource.shared else { throw TestBrokerError("no broker was found; see CONTRIBUTING.md") }
        if case .running(let servers) = source { return KafkaTestBroker(source, bootstrapServers: servers) }
        return try await start(source, brokers: 1, settings: [:], users: [:], keys: nil, proxied: false, turn: nil)
    }

    /// The one broker of this test process, found or started at the first call. Mark tests that use it with `.broker`.
    public static func shared() async throws -> KafkaTestBroker { try await first.value }

    /// A cluster for one test, to kill, freeze and restart; it waits until the dedicated cluster of another test has ended.
    /// Mark tests that use it with `.broker(requires: .control)`, and with `.proxy` for `proxied`.
    ///
    /// - Parameters:
    ///   - settings: of the brokers, beyond those that make a small cluster quick.
    ///   - users: names and passwords, for a cluster of one broker. If there are any, it has a listener for them too, and they may do
    ///     only what ACLs say; clients of `bootstrapServers` may do everything.
    ///   - encrypted: whether users may also come by TLS.
    ///   - proxied: whether clients come through a `Toxiproxy`.
    public static func dedicated(
        brokers: Int = 1, settings: [String: String] = [:], users: [String: String] = [:], encrypted: Bool = false, proxied: Bool = false
    ) async throws -> KafkaTestBroker {
        guard let source = BrokerSource.startable else { throw TestBrokerError("no Apache Kafka to start; see CONTRIBUTING.md") }
        guard users.isEmpty || brokers == 1 && !proxied else { throw TestBrokerError("users come to a single broker, without a proxy") }
        let turn = await DedicatedTurn.next()
        let keys = encrypted ? try await TestKeys.make() : nil
        do {
            return try await start(
                source, brokers: brokers, settings: settings, users: users, keys: keys, proxied: proxied, turn: turn)
        } catch {
            await keys?.stop()
            throw error
        }
    }

    /// `body` with a cluster of its own, which is stopped afterwards whatever happens.
    public static func withDedicated<Result>(
        brokers: Int = 1, settings: [String: String] = [:], users: [String: String] = [:], encrypted: Bool = false, proxied: Bool = false,
        _ body: (KafkaTestBroker) async throws -> Result
    ) async throws -> Result {
        let broker = try await dedicated(brokers: brokers, settings: settings, users: users, encrypted: encrypted, proxied: proxied)
        do {
            let result = try await body(broker)
            await broker.stop()
            return result
        } catch {
            await broker.stop()
            throw error
        }
    }

    /// A name for a topic, a group or an instance that no other test uses.
    public static func uniqueName(_ stem: String) -> String {
        stem + "-" + String(UInt64.random(in: 0..<(1 << 40)), radix: 36)
    }

    /// Kills broker `number` with SIGKILL and returns when it is gone.
    public func kill(_ number: Int) async throws { try await control("stop_broker \(number)") }

    /// Freezes broker `number` (SIGSTOP): its connections stay, and nothing answers.
    public func pause(_ number: Int) async throws { try await control("pause \(number)") }

    /// Thaws broker `number`.
    public func resume(_ number: Int) async throws { try await control("resume \(number)") }

    /// Starts broker `number` again on its data and returns when it listens.
    public func restart(_ number: Int) async throws { try await control("restart \(number)") }

    /// Runs one of Kafka's own tools against it: `acls` is `kafka-acls.sh`.
    public func tool(_ name: String, _ arguments: [String]) async throws {
        let words = [name, "--bootstrap-server", directServers] + arguments
        try await control("tool " + words.map(Supervisor.quoted).joined(separator: " "))
    }

    /// Ends the brokers and removes their data. The shared broker needs no stop.
    public func stop() async {
        await toxiproxy?.stop()
        await supervisor?.stop()
        await keys?.stop()
        turn?.end()
    }

    private func control(_ command: String) async throws {
        guard let supervisor, turn != nil else { throw TestBrokerError("only a dedicated broker can be told what to do") }
        try await supervisor.run(command)
    }

    private static func start(
        _ source: BrokerSource, brokers: Int, settings: [String: String], users: [String: String], keys: TestKeys?, proxied: Bool,
        turn: DedicatedTurn?
    ) async throws -> KafkaTestBroker {
        var failures = ""
        // Somebody else may take a free port before the broker does.
        for _ in 0..<3 {
            var layout = ClusterScript.Layout(
                brokers: brokers, port: try FreePorts.run(of: 10 * brokers), proxyPort: proxied ? try FreePorts.run(of: 10 * brokers) : nil,
                settings: settings.map { "\($0.key)=\($0.value)" }.sorted())
            if !users.isEmpty { layout.settings += layout.settings(for: users, keys: keys) }
            let supervisor = try Supervisor(functions: ClusterScript.functions(source, layout))
            let proxy = proxied ? try await Toxiproxy.start() : nil
            do {
                for number in 1...brokers {
                    guard let proxy, let port = layout.proxy(number) else { break }
                    try await proxy.create("broker-\(number)", listen: port, upstream: layout.listener(number) + 2)
                }
                try await supervisor.run("start")
            } catch let failure as TestBrokerError {
                failures += failure.description
                await proxy?.stop()
                await supervisor.stop()
                continue
            }
            let direct = (1...brokers).map { "127.0.0.1:\(layout.listener($0))" }.joined(separator: ",")
            let through = (1...brokers).compactMap { layout.proxy($0).map { "127.0.0.1:\($0)" } }.joined(separator: ",")
            return KafkaTestBroker(
                source, bootstrapServers: proxied ? through : direct, directServers: direct,
                authenticatedServers: users.isEmpty ? nil : "127.0.0.1:\(layout.authenticated)",
                encryptedServers: keys == nil ? nil : "127.0.0.1:\(layout.encrypted)", brokers: brokers, toxiproxy: proxy,
                supervisor: supervisor, turn: turn, keys: keys)
        }
        throw TestBrokerError("\(source.name) did not start\n\(failures)")
    }
}
