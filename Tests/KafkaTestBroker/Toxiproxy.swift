import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A fault-injecting TCP proxy in front of a test's brokers: answers that never come, resets, latency, thin lines.
public final class Toxiproxy: Sendable {
    /// Which way a toxic works.
    public enum Stream: String, Sendable {
        /// From the client to the broker.
        case upstream
        /// From the broker to the client.
        case downstream
    }

    private let port: Int
    private let supervisor: Supervisor

    private static let binary = BrokerSource.besideCheckout("toxiproxy/toxiproxy-server")
    static let isInstalled = BrokerSource.isExecutable(binary)

    private init(port: Int, supervisor: Supervisor) {
        self.port = port
        self.supervisor = supervisor
    }

    /// Starts one on a free port; it ends with `stop()` or with the test process.
    public static func start() async throws -> Toxiproxy {
        guard isInstalled else { throw TestBrokerError("there is no ../shared/toxiproxy/toxiproxy-server") }
        let port = try FreePorts.run(of: 1)
        // The configuration file is empty; its path makes the process known as ours.
        let supervisor = try Supervisor(
            functions: """
                echo '[]' >"$dir/proxies.json"
                start() {
                  launch toxiproxy \(Supervisor.quoted(binary)) -host 127.0.0.1 -port \(port) -config "$dir/proxies.json"
                  await_port toxiproxy \(port)
                }
                """)
        try await supervisor.run("start")
        return Toxiproxy(port: port, supervisor: supervisor)
    }

    /// Lets clients of 127.0.0.1:`listen` through to 127.0.0.1:`upstream`.
    public func create(_ proxy: String, listen: Int, upstream: Int) async throws {
        try await post("proxies", ["name": proxy, "listen": "127.0.0.1:\(listen)", "upstream": "127.0.0.1:\(upstream)"])
    }

    /// Cuts all connections through `proxy` and refuses new ones, or lets them through again.
    public func setEnabled(_ proxy: String, _ enabled: Bool) async throws { try await post("proxies/\(proxy)", ["enabled": enabled]) }

    /// Adds the fault `toxic` to `proxy`: of kind `timeout` (milliseconds; 0 holds the data for ever), `latency`, `bandwidth`,
    /// `reset_peer`, `limit_data`, `slicer`, with the attributes that Toxiproxy's documentation names.
    public func add(
        _ toxic: String, kind: String, to proxy: String, stream: Stream = .downstream, attributes: [String: Int] = [:]
    ) async throws {
        try await post(
            "proxies/\(proxy)/toxics", ["name": toxic, "type": kind, "stream": stream.rawValue, "attributes": attributes])
    }

    /// Removes the fault `toxic` from `proxy`.
    public func remove(_ toxic: String, from proxy: String) async throws {
        try await send("DELETE", "proxies/\(proxy)/toxics/\(toxic)", body: nil)
    }

    /// Ends the proxy.
    public func stop() async { await supervisor.stop() }

    private func post(_ path: String, _ body: [String: Any]) async throws {
        try await send("POST", path, body: JSONSerialization.data(withJSONObject: body))
    }

    private func send(_ method: String, _ path: String, body: Data?) async throws {
        guard let url = URL(string: "http://127.0.0.1:\(port)/\(path)") else { throw TestBrokerError("not a name for a proxy: \(path)") }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = method
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let session = URLSession(configuration: .ephemeral)
        defer { session.finishTasksAndInvalidate() }
        let (answer, response) = try await session.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, 200..<300 ~= status else {
            throw TestBrokerError("toxiproxy refused \(method) \(path): \(String(decoding: answer, as: UTF8.self))")
        }
    }
}
