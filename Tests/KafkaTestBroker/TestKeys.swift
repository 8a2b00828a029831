/// A key that a broker of the tests shows, signed by itself, and the certificate by which clients know it. They last as long as this does.
final class TestKeys: Sendable {
    private let supervisor: Supervisor

    private init(_ supervisor: Supervisor) { self.supervisor = supervisor }

    /// A new key for 127.0.0.1, made by the keytool that comes with Java.
    static func make() async throws -> TestKeys {
        let keys = TestKeys(try Supervisor(functions: ""))
        do {
            let store = "-keystore \(Supervisor.quoted(keys.store)) -storetype PKCS12 -storepass \(Self.password) -alias broker"
            try await keys.supervisor.run(
                """
                keytool -genkeypair \(store) -keyalg EC -groupname secp256r1 -validity 7 -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 &&
                  keytool -exportcert \(store) -rfc -file \(Supervisor.quoted(keys.certificate))
                """)
        } catch {
            await keys.stop()
            throw error
        }
        return keys
    }

    /// The path of the certificate, in PEM: `ssl.ca.location` of a client.
    var certificate: String { supervisor.directory + "/certificate.pem" }

    /// What a listener of the broker is told.
    var settings: [String] {
        [
            "ssl.keystore.type=PKCS12", "ssl.keystore.location=\(store)", "ssl.keystore.password=\(Self.password)",
            "ssl.key.password=\(Self.password)",
        ]
    }

    /// Removes them.
    func stop() async { await supervisor.stop() }

    private static let password = "test-keys"
    private var store: String { supervisor.directory + "/keys.p12" }
}
