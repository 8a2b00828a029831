import KafkaRetry
import Testing

@testable import kafka_retry

@Suite struct LineFormatTests {
    private func problem(_ line: String, _ format: LineFormat = .ndjson, to topic: KafkaTopic? = "T") -> String? {
        do throws(LineFormat.Unreadable) { _ = try format.message(Array(line.utf8), to: topic) } catch { return error.problem }
        return nil
    }

    @Test func aSeparatorPartsKeyAndValueAtItsFirstPlace() throws {
        let format = LineFormat.text(separator: Array("::".utf8))
        #expect(try format.message(Array("a::b::c".utf8), to: "T") == ProducerRecord(to: "T", key: "a", value: "b::c"))
        #expect(try format.message(Array("::".utf8), to: "T") == ProducerRecord(to: "T", key: "", value: ""))
        #expect(problem("a:b", format)?.contains("'::'") == true)
        #expect(try LineFormat.text(separator: nil).message([0xFF], to: "T").value == [0xFF])
    }

    @Test func anObjectSaysWhatTheMessageIs() throws {
        let line = #"{"topic":"U","key":"k","value":{"b":[1,null],"a":"x/y"},"headers":{"message-type":"M","none":null,"n":1}}"#
        var headers = KafkaHeaders()
        headers.append(.messageType, "M")
        headers.append("n", "1")
        headers.append("none", nil)
        let message = try LineFormat.ndjson.message(Array(line.utf8), to: nil)
        #expect(message == ProducerRecord(to: "U", key: "k", value: #"{"a":"x/y","b":[1,null]}"#, headers: headers))
        let tombstone = try LineFormat.ndjson.message(Array(#"{"key":"k","value":null}"#.utf8), to: "T")
        #expect(tombstone.value == nil && tombstone.key == Array("k".utf8))
    }

    @Test(arguments: [
        ("[1]", "JSON object"), ("{", "JSON object"),
        (#"{"vlue":1}"#, "it has a field that is not known; there are key, value, headers and topic"),
        (#"{"topic":1}"#, "'topic'"), (#"{"topic":"a b"}"#, "may only hold"),
        (#"{"headers":[]}"#, "'headers'"), ("\u{0}", "JSON object"),
    ]) func whatIsNoMessageIsSaid(line: String, problem: String) {
        #expect(self.problem(line)?.contains(problem) == true, "\(self.problem(line) ?? "none")")
    }

    @Test(arguments: [#"{"patient-4711":1}"#, #"{"topic":"patient-4711 is ill"}"#, #"{"topic":{"patient-4711":1}}"#, "patient-4711"])
    func nothingOfALineIsTold(line: String) { #expect(problem(line)?.contains("4711") == false) }

    @Test func withoutATopicThereIsNoMessage() { #expect(problem("{}", to: nil)?.contains("--topic") == true) }
}
