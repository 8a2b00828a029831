import Foundation
import KafkaRetry

/// The program without its process: arguments in, an exit status out.
struct KafkaRetryProgram: Sendable {
    var environment = ProcessInfo.processInfo.environment
    var output = LineStream.standardOutput
    var errors = LineStream.standardError
    /// What `produce` reads.
    var input: Int32 = STDIN_FILENO
    /// What relays; without one `run` cannot.
    var engine: (any RelayEngine)? = KafkaRelayEngine()
    /// What is shown; without one `demo` cannot.
    var demo: (any DemoStage)? = KafkaDemoStage()
    /// Takes the process's signals.
    var stopSignals: @Sendable () -> StopSignals = { .ofCommand }

    var loader: SettingsLoader { SettingsLoader(environment: environment) }

    /// Runs the command that `arguments`, the program's own name not among them, ask for.
    func run(_ arguments: [String]) async -> ExitStatus {
        do {
            return try await dispatch(arguments[...])
        } catch let failure as CommandFailure {
            errors.write(line: failure.description)
            return failure.status
        } catch {
            errors.write(line: CommandFailure(.defect, "\(error)", hint: "This is a defect of kafka-retry; please report it.").description)
            return .defect
        }
    }

    private func dispatch(_ arguments: ArraySlice<String>) async throws -> ExitStatus {
        guard let first = arguments.first else {
            throw CommandFailure(.usage, "a command is missing", hint: CommandTable.list(CommandTable.all) + " See 'kafka-retry --help'.")
        }
        if first.hasPrefix("-") {
            if ["--help", "-h"].contains(first) { return show(Help.overview()) }
            if first == "--version" { return show(["kafka-retry \(Version.current)"]) }
            throw CommandFailure(.usage, "a command comes before the options", hint: CommandTable.list(CommandTable.all))
        }
        switch try CommandTable.match(arguments) {
        case .group(let word, let rest):
            let members = CommandTable.members(of: word)
            if ["--help", "-h"].contains(rest.first) { return show(Help.group(word, members)) }
            throw CommandFailure(.usage, "'\(word)' needs a command behind it", hint: CommandTable.list(members))
        case .command(let command, let rest):
            return try await run(command, Array(rest))
        }
    }

    private func run(_ command: CommandDescription, _ rest: [String]) async throws -> ExitStatus {
        // Help answers whatever else stands there, right or wrong.
        if rest.contains("--help") || rest.contains("-h") { return show(Help.command(command)) }
        var operands: [String] = []
        var options = rest
        if !command.operands.isEmpty {
            operands = rest.filter { !$0.hasPrefix("-") }
            options = rest.filter { $0.hasPrefix("-") }
        }
        let arguments = try ArgumentParser.parse(options, command: command.name, options: command.options)
        return try await command.run(Invocation(arguments: arguments, operands: operands, program: self))
    }

    private func show(_ lines: [String]) -> ExitStatus {
        for line in lines { output.write(line: line) }
        return .done
    }
}
