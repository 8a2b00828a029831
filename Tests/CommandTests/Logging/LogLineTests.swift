import Dispatch
import Foundation
import Synchronization
import Testing

@testable import KafkaRetry
@testable import kafka_retry

@Suite struct LogLineTests {
    private static let noon = Date(timeIntervalSince1970: 1_700_000_000.25)

    @Test func aTextLineShowsTimeLevelMessageAndFields() {
        let entry = LogEntry(level: .info, message: "joined", fields: [(.group, "g"), (.partition, 3), (.reason, "two words")])
        #expect(
            TextLogHandler.line(entry, at: Self.noon) == "2023-11-14T22:13:20.250Z INFO    joined group=g partition=3 reason=\"two words\"")
    }

    @Test func aJSONLineIsJSONWhateverItHolds() throws {
        let nasty = "a\"b\\c\n\r\t\u{0}\u{1B}[31m\u{7F}\u{2028}é😀"
        let entry = LogEntry(
            level: .error, message: "failed",
            fields: [
                (.error, .string(nasty)), (LogKey("x\n"), LogValue(bytes: [0x61, 0xFF, 0x62])), (.topics, ["a", "b"]), ("message", 1),
            ])
        let line = JSONLogHandler.line(entry, at: Self.noon)
        #expect(!line.contains("\n"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(json["error"] as? String == nasty)
        #expect(json["x\n"] as? String == "a\u{FFFD}b")
        #expect(json["topics"] as? [String] == ["a", "b"])
        #expect(json["level"] as? String == "error")
        #expect(json["message"] as? String == "failed")
        #expect(json["field_message"] as? Int == 1)
        #expect(json["time"] as? String == "2023-11-14T22:13:20.250Z")
    }

    @Test func aTextLineCannotBeForged() {
        let entry = LogEntry(level: .warning, message: "m", fields: [(.error, "x\n2023 ERROR forged"), (.reason, "\u{1B}[2J")])
        let line = TextLogHandler.line(entry, at: Self.noon)
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func levelsBelowTheLoggersCostNothing() {
        final class Recorder: RetryLogHandler {
            let messages = Mutex<[String]>([])
            func handle(_ entry: LogEntry) { messages.withLock { $0.append(entry.message + entry.fields.map(\.key.name).joined()) } }
        }
        let recorder = Recorder()
        let logger = RetryLogger(level: .notice, handler: recorder).with([.group: "g"])
        logger.info("not shown", [.error: LogValue(unwanted())])
        logger.notice("shown", [.count: 1])
        #expect(recorder.messages.withLock { $0 } == ["showngroupcount"])
    }

    private func unwanted() -> String {
        Issue.record("a value was computed for a line that is not logged")
        return ""
    }

    @Test func linesOfManyThreadsDoNotMix() async throws {
        let pipe = Pipe()
        let stream = LineStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        // Writers wait for the reader, so they have threads of their own.
        let group = DispatchGroup()
        for writer in 0..<8 {
            group.enter()
            Thread {
                for _ in 0..<200 { stream.write(line: String(repeating: String(writer), count: 5_000)) }
                group.leave()
            }.start()
        }
        group.notify(queue: .global()) { try? pipe.fileHandleForWriting.close() }
        let lines = await ProgramFile.text(pipe).split(separator: "\n")
        #expect(lines.count == 1_600)
        #expect(lines.allSatisfy { $0.count == 5_000 && Set($0).count == 1 })
    }
}
