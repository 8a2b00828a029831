import RetryCore
import Testing

@Suite("A record that the broker refuses")
struct RefusalTests {
    static let headers = [
        ("a", "b"), ("X-Exception-Message", "m"), ("X-Exception-Type", "t"), ("X-Retry-Exception-Message", "l"),
        ("kafka_exception-message", "m"),
        ("kafka_exception-stacktrace", "s"), ("X-Retry-Count", "2"), ("X-Retry-Group", "measures"), ("X-Next-Retry-Timestamp", "5"),
    ]

    @Test("is tried again without its texts, all else the same")
    func stripped() throws {
        let relay = try HopFixture()
        let sent = try #require(relay.republished(relay.record(Self.headers)))
        var expected = sent
        expected.headers = sent.headers.filter { name, _ in !String(decoding: name, as: UTF8.self).hasSuffix("Message") }
        #expect(relay.planner.stripped(sent) == expected)
        #expect(expected.headers.count == sent.headers.count - 2)
    }

    @Test("is then dead-lettered without them, as refused", arguments: HeaderDialect.allCases)
    func refused(dialect: HeaderDialect) throws {
        let relay = try HopFixture(dialect: dialect)
        let letter = relay.planner.refused(relay.record(Self.headers))
        #expect(letter.target == TopicPartition("PatientEvent-Error", 3))
        #expect(letter.headers.text(.deadLetterReason) == "refused")
        #expect(!letter.headers.lines.contains { $0.contains("essage") || $0.contains("stacktrace") })
        #expect(letter.headers.count(of: .retryGroup) + letter.headers.count(of: .nextRetryTimestamp) == 0)
        #expect(try RetryEntityFactory.entity(of: letter.headers).retryCount == 2)
        #expect(try RetryEntityFactory.entity(of: letter.headers).exceptionType == "t")
    }
}
