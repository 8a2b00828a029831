import Foundation
import KafkaTestBroker
import Testing

/// The tests' own tools: a broker that does not do what it is told would make other tests pass for nothing.
@Suite struct TestBrokerTests {
    @Test(.broker) func theSharedBrokerAcceptsConnections() async throws {
        let broker = try await KafkaTestBroker.shared()
        #expect(try accepts(broker.bootstrapServers))
        #expect(try await KafkaTestBroker.shared() === broker)
    }

    @Test(.broker(requires: .control)) func aKilledBrokerIsGoneAndARestartedOneAnswers() async throws {
        try await KafkaTestBroker.withDedicated(brokers: 3) { broker in
            let servers = broker.bootstrapServers.split(separator: ",").map(String.init)
            try #require(servers.count == 3)
            try await broker.kill(2)
            #expect(try accepts(servers[1]) == false)
            #expect(try accepts(servers[0]))
            try await broker.restart(2)
            #expect(try accepts(servers[1]))
            await broker.stop()
            #expect(try accepts(servers[0]) == false)
        }
    }

    @Test(.broker(requires: .control, .proxy)) func aDisabledProxyCutsClientsOff() async throws {
        try await KafkaTestBroker.withDedicated(proxied: true) { broker in
            let proxy = try #require(broker.toxiproxy)
            #expect(try accepts(broker.bootstrapServers))
            #expect(broker.bootstrapServers != broker.directServers)
            try await proxy.add("silence", kind: "timeout", to: "broker-1", attributes: ["timeout": 0])
            try await proxy.remove("silence", from: "broker-1")
            try await proxy.setEnabled("broker-1", false)
            #expect(try accepts(broker.bootstrapServers) == false)
            #expect(try accepts(broker.directServers))
            await #expect(throws: TestBrokerError.self) { try await proxy.remove("silence", from: "broker-1") }
        }
    }

    private func accepts(_ server: String) throws -> Bool {
        let bash = Process()
        bash.executableURL = URL(filePath: "/bin/bash")
        bash.arguments = ["-c", "exec 3<>/dev/tcp/\(server.replacingOccurrences(of: ":", with: "/"))"]
        bash.standardError = FileHandle.nullDevice
        try bash.run()
        bash.waitUntilExit()
        return bash.terminationStatus == 0
    }
}
