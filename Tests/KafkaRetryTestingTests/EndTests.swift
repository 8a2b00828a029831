import Foundation
import KafkaRetry
import KafkaRetryTesting
import Testing

/// When a test is over, so is its broker.
@Suite struct EndTests {
    @Test func nothingOfABrokerIsLeft() async throws {
        let (servers, kafka) = try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
            try await kafka.listen(
                kafka.configuration(group: "evaluation"),
                topics: [
                    // A handler may well look at the clock.
                    ListenerTopic(.patientEvent) { _, _ in if kafka.clock.elapsed == .zero { throw Trouble() } }
                ])
            try await kafka.send(.patientEvent, key: "17", value: "{}")
            try await kafka.expect(.patientEvent, key: "17", .handled(retries: 1))
            #expect(Self.connections(to: kafka.bootstrapServers) == [true, true])
            return (kafka.bootstrapServers, { @Sendable [weak kafka] in kafka })
        }
        #expect(try await Self.comes { kafka() == nil && Self.connections(to: servers) == [false, false] })
    }

    @Test func aBrokerThatSomebodyKeepsHasEndedAllTheSame() async throws {
        let kafka = try await EmbeddedKafka.run(topics: ["Orders"]) { kafka in
            try await kafka.send("Orders", value: "x")
            return kafka
        }
        #expect(try await Self.comes { Self.connections(to: kafka.bootstrapServers) == [false, false] })
        let error = await #expect(throws: KafkaRetryError.self) { try await kafka.send("Orders", value: "y") }
        #expect(error?.message == "the embedded broker has ended")
        await #expect(throws: KafkaRetryError.self) { try await kafka.records(of: "Orders") }
    }

    /// Whether it comes true within some seconds: a busy machine's threads take a moment to end.
    private static func comes(_ isTrue: () -> Bool) async throws -> Bool {
        for _ in 0..<500 where !isTrue() { try await Task.sleep(for: .milliseconds(10)) }
        return isTrue()
    }

    /// Whether each of these servers takes a connection.
    private static func connections(to servers: String) -> [Bool] {
        servers.split(separator: ",").map { server in
            guard let port = server.split(separator: ":").last.flatMap({ UInt16($0) }) else { return false }
            #if canImport(Glibc)
                let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #else
                let handle = socket(AF_INET, SOCK_STREAM, 0)
            #endif
            defer { close(handle) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port.bigEndian)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
            }
        }
    }
}
