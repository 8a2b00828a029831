import Foundation
import KafkaRetry
import RDKafka

/// Measures the library against a real broker. Each command prints one JSON line.
@main
enum RetryBench {
    private static let usage = """
        retry-bench fill BOOT TOPIC N PARTITIONS SIZE [DUE_SECONDS]
        retry-bench retry BOOT TOPIC N DELAY_MS [SLOTS]
        retry-bench relay BOOT TOPIC N [SIZE]
        retry-bench pending BOOT TOPIC N [SIZE [MEMORY]]
        retry-bench produce BOOT TOPIC N SIZE [BATCH]
        retry-bench produce-single BOOT TOPIC N SIZE [TASKS]
        """

    static func main() async {
        do {
            let report = try await run(Arguments(Array(CommandLine.arguments.dropFirst())))
            print(try report.json())
        } catch let error as UsageError {
            say("\(error)\n\(usage)")
            exit(64)
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    private static func run(_ arguments: Arguments) async throws -> BenchmarkReport {
        var arguments = arguments
        let name = try arguments.text("a command")
        let (bootstrap, topic) = (try arguments.text("BOOT"), try arguments.text("TOPIC"))
        let records = try arguments.number("N")
        switch name {
        case "fill":
            let command = FillCommand(
                bootstrap: bootstrap, topic: topic, records: records, partitions: try arguments.number("PARTITIONS"),
                size: try arguments.number("SIZE"), dueSeconds: try arguments.optionalNumber("DUE_SECONDS"))
            try arguments.end()
            return try command.run()
        case "retry":
            let delay = Duration.milliseconds(try arguments.number("DELAY_MS"))
            let slots = try arguments.optionalNumber("SLOTS") ?? 16
            try arguments.end()
            return try await RetryCommand(bootstrap: bootstrap, topic: topic, records: records, delay: delay, slots: slots).run()
        case "relay":
            let command = RelayCommand(
                bootstrap: bootstrap, topic: topic, records: records, size: try arguments.optionalNumber("SIZE") ?? 100)
            try arguments.end()
            return try await command.run()
        case "pending":
            let size = try arguments.optionalNumber("SIZE") ?? 100
            let memory = try ByteSize(parsing: arguments.optionalText() ?? "256MiB")
            try arguments.end()
            return try await PendingCommand(bootstrap: bootstrap, topic: topic, records: records, size: size, memory: memory).run()
        case "produce", "produce-single":
            let size = try arguments.number("SIZE")
            let form: ProduceCommand.Form =
                name == "produce"
                ? .batches(of: try arguments.optionalNumber("BATCH") ?? 10_000)
                : .single(tasks: try arguments.optionalNumber("TASKS") ?? 1_000)
            try arguments.end()
            return try await ProduceCommand(bootstrap: bootstrap, topic: topic, records: records, size: size, form: form).run()
        default: throw UsageError("there is no command '\(name)'")
        }
    }

    private static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
