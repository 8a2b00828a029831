import Foundation
import KafkaTestBroker
import Testing

/// The tests' own view of a process.
@Suite struct DaemonTests {
    @Test func whatItPrintsAndHowItEndsIsSeen() async throws {
        let result = try await Daemon.result(of: ["--version"])
        #expect(result.ending == .exit(0))
        #expect(result.output.joined().isEmpty == false)
    }
}
