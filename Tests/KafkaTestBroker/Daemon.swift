import Foundation
import Synchronization

/// The built `kafka-retry`, or another executable of this package, as a process, seen from outside: what it prints, how it answers
/// signals, what it costs. It is killed at the end of `run`, and with the test process, however that ends.
public final class Daemon: Sendable {
    /// How a process ended.
    public enum Ending: Sendable, Equatable {
        /// By itself, with this status.
        case exit(Int32)
        /// By this signal.
        case signal(Int32)
    }

    /// What is done to it, once, as soon as it prints a line on stdout that contains `text`: on the thread that reads, since a test's own
    /// task may wait for its turn for seconds while others compute.
    public struct Reaction: Sendable {
        let text: String
        let act: @Sendable (Daemon) -> Void

        /// `act` as soon as `text` stands in a line.
        public init(to text: String, _ act: @escaping @Sendable (Daemon) -> Void) {
            self.text = text
            self.act = act
        }
    }

    /// The executable that was built together with the tests.
    public static let executable = folder + "kafka-retry"

    private static let folder: String = {
        #if os(Linux)
            let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
        #endif
        return bundle.deletingLastPathComponent().path()
    }()

    private static let supervisor = Result { try Supervisor(functions: "") }

    private let process = Process()
    private let output = LineLog()
    private let errors = LineLog()
    private let ended = Outcome<Ending>()

    /// Runs `kafka-retry` with `arguments` while `body` runs, and kills it afterwards if it has not ended.
    ///
    /// - Parameters:
    ///   - program: another executable that was built together with the tests.
    ///   - environment: variables for it; of the test's own none that begins with `KAFKA_` reaches it.
    ///   - input: what it reads on stdin.
    ///   - terminal: its controlling terminal in place of stdin, stdout and stderr.
    ///   - reaction: what is done about something that it prints.
    public static func run<Result>(
        _ arguments: [String], program: String = "kafka-retry", environment: [String: String] = [:], input: String = "",
        terminal: PseudoTerminal? = nil, reaction: Reaction? = nil, _ body: (Daemon) async throws -> Result
    ) async throws -> Result {
        let daemon = try Daemon(
            arguments, program: program, environment: environment, input: input, terminal: terminal, reaction: reaction)
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

    private init(
        _ arguments: [String], program: String, environment: [String: String], input: String, terminal: PseudoTerminal?,
        reaction: Reaction?
    ) throws {
        let home = try Self.supervisor.get().directory + "/daemon-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: home + "/" + program, withDestinationPath: Self.folder + program)
        try input.write(toFile: home + "/input", atomically: false, encoding: .utf8)
        process.executableURL = URL(filePath: "/bin/bash")
        // The pid file and the path tell the supervisor whom to end.
        process.arguments = ["-c", #"echo $$ >"$0/pid"; exec "$0/$1" "${@:2}""#, home, program] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KAFKA_") }
            .merging(environment) { _, new in new }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: home + "/input"))
        process.terminationHandler = { [ended] process in
            ended.resolve(process.terminationReason == .exit ? .exit(process.terminationStatus) : .signal(process.terminationStatus))
        }
        let handle = try terminal.map(spawn(in:)) ?? spawn()
        let hasReacted = Atomic(false)
        output.follow(handle) { [weak self] line in
            guard let self, let reaction, line.contains(reaction.text) else { return }
            if !hasReacted.exchange(true, ordering: .relaxed) { reaction.act(self) }
        }
    }

    /// Starts it, and answers where its stdout is to be read.
    private func spawn() throws -> FileHandle {
        var handle: FileHandle?
        try Process.spawn { pipe in
            let (out, err) = (try pipe(), try pipe())
            process.standardOutput = out
            process.standardError = err
            handle = out.fileHandleForReading
            errors.follow(err.fileHandleForReading)
            return process
        }
        guard let handle else { throw TestBrokerError("it has no stdout") }
        return handle
    }

    /// Starts it in a session of its own, whose terminal is `terminal`.
    private func spawn(in terminal: PseudoTerminal) throws -> FileHandle {
        // It has to be a child of setsid's, which waits for it and ends as it does.
        process.arguments = ["--ctty", "--wait", "/bin/bash"] + (process.arguments ?? [])
        process.executableURL = PseudoTerminal.setsid.map { URL(filePath: $0) }
        process.standardInput = terminal.slave
        process.standardOutput = terminal.slave
        process.standardError = terminal.slave
        try Process.spawn { _ in process }
        // Else the end of what it writes would not be seen.
        try terminal.slave.close()
        return terminal.master
    }

    /// All that it has written, once it has ended.
    public func wholeOutput(within timeout: Duration = .seconds(30)) async -> String {
        _ = await output.first(within: timeout) { _ in false }
        return output.text
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
