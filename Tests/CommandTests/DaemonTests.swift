import Foundation
import KafkaTestBroker
import Testing

/// The tests' own view of a process.
@Suite struct DaemonTests {
    /// Many at once: a process that inherits another one's output would hide the end of it.
    @Test(arguments: 0..<20) func whatItPrintsAndHowItEndsIsSeen(_: Int) async throws {
        let result = try await Daemon.result(of: ["--version"])
        #expect(result.ending == .exit(0))
        #expect(result.output.joined().isEmpty == false)
    }
}
