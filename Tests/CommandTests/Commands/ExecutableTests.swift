import Foundation
import Testing

@testable import kafka_retry

@Suite struct ExecutableTests {
    @Test func helpAndVersionGoToStdoutAndEndWell() async throws {
        for arguments in [
            ["--help"], ["help"], ["run", "--help"], ["topics", "--help"], ["topics", "check", "--help"], ["help", "options"],
        ] {
            let outcome = try await ProgramFile.run(arguments)
            #expect(outcome.status == 0, "\(arguments)")
            #expect(!outcome.output.isEmpty)
            #expect(outcome.errors.isEmpty)
        }
        #expect(try await ProgramFile.run(["--version"]).output == "kafka-retry \(Version.current)\n")
    }

    @Test(arguments: [
        ([], "a command is missing"), (["rnu"], "did you mean 'run'?"), (["topics"], "'topics' needs a command behind it"),
        (["topics", "chekc"], "did you mean 'check'?"), (["--topic", "A", "run"], "a command comes before the options"),
        (["run"], "no topic is given"), (["run", "--topic"], "--topic has no value"),
        (["run", "--nonsense"], "there is no option --nonsense"),
        (["run", "--topic", "A", "--bootstrap-server", "a:1", "--delays", "1s", "--retries", "2"], "contradicts"),
        (["run", "--topic", "A", "--bootstrap-server", "a:1", "--horizon", "soon"], "--horizon: 'soon' is not a duration"),
        (["topics", "list"], "no broker's address is given"), (["topics", "list", "-o", "yaml"], "is not one of table, json, ndjson"),
    ])
    func usageErrorsEndWith64(arguments: [String], message: String) async throws {
        let outcome = try await ProgramFile.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(message))
        #expect(outcome.output.isEmpty)
    }

    @Test func aBadFileEndsWith78NamingLineAndKey() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path
        try "group: g\ntopics:\n  A:\n    retries: few\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let outcome = try await ProgramFile.run(["run", "--config", path])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("\(path), line 4: topics.A.retries: 'few' is not a whole number"))
        #expect(try await ProgramFile.run(["run", "--config", "/nowhere.yaml"]).status == 78)
        #expect(try await ProgramFile.run(["run"], environment: ["KAFKA_RETRY_MEMORY": "much"]).status == 78)
    }

    @Test func noBrokerEndsWith69WithinTheTimeout() async throws {
        // Port 1 is reserved, nothing listens on it.
        let outcome = try await ProgramFile.run(
            ["topics", "check", "--bootstrap-server", "127.0.0.1:1", "--topic", "A", "--startup-timeout", "1s"])
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("no broker answers at 127.0.0.1:1"))
        #expect(outcome.errors.contains("Connection refused"))
    }

    @Test func anUnknownPropertyEndsWith78() async throws {
        let outcome = try await ProgramFile.run(
            ["topics", "check", "--bootstrap-server", "127.0.0.1:1", "--topic", "A", "-X", "sasl.pasword=hunter2"])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("sasl.pasword"))
        #expect(!outcome.errors.contains("hunter2"))
    }

    @Test func aReaderThatLeavesDoesNotKillIt() async throws {
        let (output, errors) = (Pipe(), Pipe())
        try output.fileHandleForReading.close()
        try errors.fileHandleForReading.close()
        let process = try ProgramFile.start(["help", "options"], output: output, errors: errors)
        #expect(await ProgramFile.status(process) == 0)
        #expect(process.terminationReason == .exit)
    }
}
