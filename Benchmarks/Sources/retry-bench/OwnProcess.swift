import Foundation
import RDKafka

/// Another process of this program, whose memory and processor time are its own.
final class OwnProcess {
    private let process = Process()
    private let input = Pipe()
    /// What it writes to its standard output, line by line; closed at its end.
    private let lines = Mailbox<String>()
    private let arguments: [String]

    init(_ arguments: [String]) throws {
        self.arguments = arguments
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).standardizedFileURL
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            process.executableURL = URL(fileURLWithPath: own)
        }
        process.arguments = arguments
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        Thread.detachNewThread { [lines] in
            var rest = Data()
            while case let bytes = output.fileHandleForReading.availableData, !bytes.isEmpty {
                rest += bytes
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.post(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            lines.close()
        }
    }

    /// The lines that have come, waiting for the first for at most `timeout`; `nil` once there are no more.
    func output(within timeout: Duration) -> [String]? { lines.take(timeout: timeout) }

    /// Waits for its end. Throws if it failed.
    func finish() throws {
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw BenchmarkFailure("retry-bench \(arguments.joined(separator: " ")) failed")
        }
    }

    /// Closes its standard input, which some take as a wish, and waits for its end.
    func stop() throws {
        try input.fileHandleForWriting.close()
        try finish()
    }

    /// Ends it without a word: SIGKILL.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The figures of its report, at its end.
    func figures() throws -> Figures {
        var line = ""
        while let lines = output(within: .seconds(60)) { line = lines.last ?? line }
        try finish()
        return try JSONDecoder().decode(Figures.self, from: Data(line.utf8))
    }

    /// Some of a ``BenchmarkReport``.
    struct Figures: Decodable {
        var seconds: Double
        var perSecond: Double

        private enum CodingKeys: String, CodingKey {
            case seconds
            case perSecond = "per_s"
        }
    }
}
