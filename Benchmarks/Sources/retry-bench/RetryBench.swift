import Foundation

/// Measures the library against a real broker. Each command prints one JSON line.
@main
enum RetryBench {
    private static let usage = """
        retry-bench fill BOOT TOPIC N PARTITIONS SIZE [DUE_SECONDS [--spread SECONDS [--shuffled]]]
        retry-bench retry BOOT TOPIC N DELAY_MS [SLOTS]
        retry-bench relay BOOT TOPIC N [SIZE]
        retry-bench pending BOOT TOPIC N [SIZE [MEMORY]] [--rate PER_SECOND] [--seconds SECONDS]
        retry-bench evicted BOOT TOPIC N [SIZE [MEMORY]] [--rate PER_SECOND] [--due SECONDS] [--spread SECONDS] [--shuffled]
        retry-bench scale BOOT TOPIC N SIZE PARTITIONS PROCESSES
        retry-bench steady-relay BOOT TOPIC [--rate PER_SECOND] [--seconds SECONDS]
        retry-bench steady-retry BOOT TOPIC [--rate PER_SECOND] [--seconds SECONDS]
        retry-bench produce BOOT TOPIC N SIZE [BATCH]
        retry-bench produce-single BOOT TOPIC N SIZE [TASKS]
        retry-bench rules N DELAY_MS [SLOTS]
        """

    private typealias Make = @Sendable (inout Arguments) throws -> any BenchmarkCommand

    /// Those behind `rules` are what the others start.
    private static let commands: [String: Make] = [
        "fill": onKafka(FillCommand.init), "retry": onKafka(RetryCommand.init), "relay": onKafka(RelayCommand.init),
        "pending": onKafka(PendingCommand.init), "evicted": onKafka(EvictedCommand.init), "scale": onKafka(ScaleCommand.init),
        "steady-relay": onKafka(SteadyCommand.init), "steady-retry": onKafka(SteadyCommand.handled),
        "produce": onKafka(ProduceCommand.batches), "produce-single": onKafka(ProduceCommand.single), "rules": RulesCommand.init,
        "member": onKafka(MemberCommand.init), "read": onKafka(ReadCommand.init), "write": onKafka(WriteCommand.init),
    ]

    private static func onKafka(_ make: @escaping @Sendable (String, String, inout Arguments) throws -> any BenchmarkCommand) -> Make {
        { arguments in try make(try arguments.text("BOOT"), try arguments.text("TOPIC"), &arguments) }
    }

    static func main() async {
        do {
            var arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
            let name = try arguments.text("a command")
            guard let make = commands[name] else { throw UsageError("there is no command '\(name)'") }
            let command = try make(&arguments)
            try arguments.end()
            if let report = try await command.run() { print(try report.json()) }
        } catch let error as UsageError {
            say("\(error)\n\(usage)")
            exit(64)
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    private static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
