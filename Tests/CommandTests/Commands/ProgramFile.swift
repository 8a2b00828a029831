import Foundation
import Testing

/// The executable that was built beside these tests, run as a user runs it.
enum ProgramFile {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The built `kafka-retry`.
    static func path() throws -> URL {
        // The test bundle on Linux is a program of its own; elsewhere it lies inside a bundle beside the products.
        let candidates = CommandLine.arguments.map { URL(fileURLWithPath: $0) } + Bundle.allBundles.map(\.bundleURL)
        let found = candidates.map { $0.deletingLastPathComponent().appendingPathComponent("kafka-retry") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        return try #require(found, "kafka-retry is not built beside the tests")
    }

    /// Starts it with nothing in its environment but `environment`.
    static func start(_ arguments: [String], environment: [String: String] = [:], output: Pipe, errors: Pipe) throws -> Process {
        let process = Process()
        process.executableURL = try path()
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return process
    }

    /// Runs it to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let (output, errors) = (Pipe(), Pipe())
        let process = try start(arguments, environment: environment, output: output, errors: errors)
        async let written = text(output)
        async let complained = text(errors)
        let texts = await (written, complained)
        return Outcome(status: await status(process), output: texts.0, errors: texts.1)
    }

    /// The status with which `process` ends; it is waited for on a thread of its own.
    static func status(_ process: Process) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread {
                process.waitUntilExit()
                continuation.resume(returning: process.terminationStatus)
            }.start()
        }
    }

    /// All that is written into `pipe` until its writers have closed it. Waits on a thread outside of Swift's pool, which is small.
    static func text(_ pipe: Pipe) async -> String {
        let reader = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            Thread {
                continuation.resume(returning: String(decoding: (try? reader.readToEnd()) ?? Data(), as: UTF8.self))
            }.start()
        }
    }
}
