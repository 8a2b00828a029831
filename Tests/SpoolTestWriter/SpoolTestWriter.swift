import Foundation
import KafkaRetry
import KafkaRetrySpool
import RetryCore

/// `spool-test-writer FILE COUNT CALLERS`: CALLERS tasks append COUNT messages each, and print `accepted NUMBER VALUE` for each that was. For tests
/// that kill it.
@main struct SpoolTestWriter {
    static func main() async {
        let words = CommandLine.arguments
        guard words.count == 4, let count = Int(words[2]), let callers = Int(words[3]) else { exit(64) }
        do {
            let spool = try await SpoolFile.open(words[1])
            for damage in await spool.damage { say("damaged \(damage)") }
            try await withThrowingTaskGroup { group in
                for caller in 0..<callers { group.addTask { try await append(count, caller, to: spool) } }
                try await group.waitForAll()
            }
            await spool.close()
            say("closed")
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func append(_ count: Int, _ caller: Int, to spool: SpoolFile) async throws {
        var number = 0
        while number < count {
            // Batches of all sizes, and of messages that need pages of their own.
            let values = (0..<min(count - number, Int.random(in: 1...20))).map { "\(getpid())-\(caller)-\(number + $0)" }
            number += values.count
            let entries = values.map { value in
                let key = [UInt8](repeating: 7, count: Int.random(in: 0..<10) == 0 ? 9_000 : 10)
                return SpoolEntry(
                    ProducerRecord(to: "Orders", key: key, value: Array(value.utf8)), accepted: Timestamp(milliseconds: 1))
            }
            let numbers = try await spool.append(entries)
            for (number, value) in zip(numbers, values) { say("accepted \(number) \(value)") }
            // As a producer that delivers some of them.
            if Int.random(in: 0..<4) == 0, let last = numbers.last {
                say("removing \(last)")
                try await spool.remove([last])
            }
        }
    }

    /// One write, so that what was said is out when the process is killed.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }
}
