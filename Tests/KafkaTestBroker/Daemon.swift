import Foundation

/// The built `kafka-retry` as a process, seen from outside: what it prints, how it answers signals, what it costs. It is killed
/// at the end of `run`, and with the test process, however that ends.
public final class Daemon: Sendable {
    /// How a process ended.
    public enum Ending: Sendable, Equatable {
        /// By itself, with this status.
        case exit(Int32)
        /// By this signal.
        case signal(Int32)
    }

    /// The executable that was built together with the tests.
    public static let executable: String = {
        #if os(Linux)
            let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
        #endif
        return bundle.deletingLastPathComponent().appending(path: "kafka-retry").path()
    }()

    private static let supervisor = Result { try Supervisor(functions: "") }

    private let process = Process()
    private let output = LineLog()
    private let errors = LineLog()
    private let ended = Outcome<Ending>()

    /// Runs `kafka-retry` with `arguments` while `body` runs, and kills it afterwards if it has not ended.
    ///
    /// - Parameters:
    ///   - environment: variables for it; of the test's own none that begins with `KAFKA_` reaches it.
    ///   - input: what it reads on stdin.
    public static func run<Result>(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", _ body: (Daemon) async throws -> Result
    ) async throws -> Result {
        let daemon = try Daemon(arguments, environment: environment, input: input)
        do {
            let result = try await body(daemon)
            await daemon.kill()
            return result
        } catch {
            await daemon.kill()
            throw error
        }
    }

    /// Runs `kafka-retry` with `arguments` to its end, and returns how it ended and what it printed.
    public static func result(
        of arguments: [String], environment: [String: String] = [:], input: String = "", within timeout: Duration = .seconds(30)
    ) async throws -> (ending: Ending, output: [String], errors: [String]) {
        try await run(arguments, environment: environment, input: input) { daemon in
            let ending = try await daemon.end(within: timeout)
            // What it printed last may still be in the pipe.
            _ = await daemon.output.first(within: timeout) { _ in false }
            _ = await daemon.errors.first(within: timeout) { _ in false }
            return (ending, daemon.outputLines, daemon.errorLines)
        }
    }

    private init(_ arguments: [String], environment: [String: String], input: String) throws {
        let home = try Self.supervisor.get().directory + "/daemon-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: home + "/kafka-retry", withDestinationPath: Self.executable)
        try input.write(toFile: home + "/input", atomically: false, encoding: .utf8)
        process.executableURL = URL(filePath: "/bin/bash")
        // The pid file and the path tell the supervisor whom to end.
        process.arguments = ["-c", #"echo $$ >"$0/pid"; exec "$0/kafka-retry" "$@""#, home] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KAFKA_") }
            .merging(environment) { _, new in new }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: home + "/input"))
        process.terminationHandler = { [ended] process in
            ended.resolve(process.terminationReason == .exit ? .exit(process.terminationStatus) : .signal(process.terminationStatus))
        }
        try Process.spawn { pipe in
            let (out, err) = (try pipe(), try pipe())
            process.standardOutput = out
            process.standardError = err
            output.follow(out.fileHandleForReading)
            errors.follow(err.fileHandleForReading)
            return process
        }
    }

    /// Its process identifier.
    public var pid: Int32 { process.processIdentifier }

    /// What it has printed on stdout, line by line.
    public var outputLines: [String] { output.lines }

    /// What it has printed on stderr, line by line.
    public var errorLines: [String] { errors.lines }

    /// The first line on stdout that contains `text`, of those printed already too.
    public func line(containing text: String, within timeout: Duration = .seconds(30)) async throws -> String {
        if let line = await output.first(within: timeout, where: { $0.contains(text) }) { return line }
        throw missing("no line with \(text) on stdout")
    }

    /// The first line on stderr that contains `text`, of those printed already too.
    public func errorLine(containing text: String, within timeout: Duration = .seconds(30)) async throws -> String {
        if let line = await errors.first(within: timeout, where: { $0.contains(text) }) { return line }
        throw missing("no line with \(text) on stderr")
    }

    /// How it ended, once it has.
    @discardableResult
    public func end(within timeout: Duration = .seconds(30)) async throws -> Ending {
        if let ending = await ended.value(within: timeout) { return ending }
        throw missing("it did not end in \(timeout)")
    }

    /// Sends it a signal, such as `SIGTERM`, `SIGKILL`, `SIGSTOP` or `SIGCONT`.
    public func signal(_ signal: Int32) { if process.isRunning { Foundation.kill(pid, signal) } }

    /// Kills it with SIGKILL, and returns when it is gone.
    public func kill() async {
        signal(SIGKILL)
        _ = await ended.value(within: .seconds(10))
    }

    private func missing(_ what: String) -> TestBrokerError {
        TestBrokerError("\(what)\nstdout:\n\(outputLines.joined(separator: "\n"))\nstderr:\n\(errorLines.joined(separator: "\n"))")
    }
}
