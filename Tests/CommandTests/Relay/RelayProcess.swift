import Foundation
import KafkaTestBroker

/// How the tests start the relay.
extension Daemon {
    /// The command line of a relay of `topics`.
    static func relay(
        _ topics: TestTopics, group: String, instance: String = "one", servers: String? = nil, level: String = "info", _ more: [String] = []
    ) -> [String] {
        [
            "run", "--bootstrap-server", servers ?? topics.servers, "--topic", topics.source, "--group", group, "--instance", instance,
            "--log-format", "text", "--log-level", level,
        ] + more
    }

    func ready(within timeout: Duration = .seconds(40)) async throws {
        _ = try await line(containing: #""event":"ready""#, within: timeout)
    }

    /// Stops it with SIGTERM and answers its account.
    func account(within timeout: Duration = .seconds(25)) async throws -> [String: Int] {
        signal(SIGTERM)
        let line = try await line(containing: #""event":"stopped""#, within: timeout)
        let ending = try await end(within: timeout)
        guard ending == .exit(0) else {
            throw RelayEnding(description: "it ended with \(ending)\n\(errorLines.suffix(20).joined(separator: "\n"))")
        }
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        return object.compactMapValues { $0 as? Int }
    }

    /// Whether it has not ended.
    var isRunning: Bool { Foundation.kill(pid, 0) == 0 }

    /// Writes all that it has said into a file, which is named in the failure of a test.
    func keepLog() -> String {
        let path = NSTemporaryDirectory() + "kafka-retry-\(pid).log"
        let text = (errorLines + outputLines).joined(separator: "\n")
        return (try? text.write(toFile: path, atomically: false, encoding: .utf8)) == nil ? text : path
    }

    struct RelayEnding: Error, CustomStringConvertible { var description: String }

    /// The lines on stderr that contain `text`.
    func said(_ text: String) -> [String] { errorLines.filter { $0.contains(text) } }
}
