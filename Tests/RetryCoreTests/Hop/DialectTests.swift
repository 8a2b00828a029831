import RetryCore
import Testing

@Suite("Writing one dialect removes the other's")
struct DialectTests {
    static let link: [(String, String)] = [
        ("X-Retry-Count", "1"), ("X-Next-Retry-Timestamp", "5"), ("X-Original-Topic", "PatientEvent"), ("X-Original-Partition", "3"),
        ("X-Original-Offset", "70000000000"), ("X-Original-Timestamp", "1700000000000"), ("X-Exception-Type", "Timeout"),
        ("X-Exception-Message", "first"), ("X-Retry-Exception-Message", "latest"), ("traceparent", "t"), ("X-Correlation-Id", "c"),
    ]
    static let spring: [(String, [UInt8]?)] = [
        ("kafka_original-topic", Array("PatientEvent".utf8)), ("kafka_original-partition", bigEndian(Int32(3))),
        ("kafka_original-offset", bigEndian(Int64(70_000_000_000))), ("kafka_original-timestamp", bigEndian(Int64(1_700_000_000_000))),
        ("kafka_original-timestamp-type", Array("CreateTime".utf8)), ("kafka_exception-fqcn", Array("java.lang.Timeout".utf8)),
        ("kafka_exception-message", Array("first".utf8)), ("kafka_exception-stacktrace", Array("at x".utf8)),
        ("retry_topic-attempts", bigEndian(Int32(2))), ("retry_topic-attempts", bigEndian(Int32(3))),
        ("retry_topic-backoff-timestamp", [5]), ("retry_topic-original-timestamp", [1]), ("traceparent", Array("t".utf8)),
    ]

    @Test("ours become Spring's, with its widths")
    func linkToSpring() throws {
        let relay = try HopFixture(dialect: .spring)
        let headers = try #require(relay.republished(relay.record(Self.link))).headers
        // The third delivery is to come: two failed before it.
        #expect(headers.last(.springAttempts) == bigEndian(Int32(3)))
        #expect(headers.last(.springOriginalTopic) == Array("PatientEvent".utf8))
        #expect(headers.last(.springOriginalPartition) == bigEndian(Int32(3)))
        #expect(headers.last(.springOriginalOffset) == bigEndian(Int64(70_000_000_000)))
        #expect(headers.last(.springOriginalTimestamp) == bigEndian(Int64(1_700_000_000_000)))
        #expect(headers.text(.springExceptionType) == "Timeout")
        #expect(headers.text(.springExceptionMessage) == "first")
        #expect(headers.text(.springDeadExceptionMessage) == "latest")
        #expect(headers.count(of: .springBackoffTimestamp) == 0)
        #expect(headers.lines.filter { $0.hasPrefix("X-") } == ["X-Correlation-Id=c"])
        #expect(headers.lines.first == "traceparent=t")
    }

    @Test("Spring's become ours")
    func springToLink() throws {
        let relay = try HopFixture()
        let headers = try #require(relay.republished(relay.record(Self.spring))).headers
        let expected = [
            "traceparent=t", "X-Original-Topic=PatientEvent", "X-Original-Partition=3", "X-Original-Offset=70000000000",
            "X-Original-Timestamp=1700000000000", "X-Exception-Type=java.lang.Timeout", "X-Exception-Message=first", "X-Retry-Count=2",
        ]
        #expect(headers.lines == expected)
    }

    @Test("attempts a mean a - 2 retries made, and 1 means none", arguments: [(1, "1"), (2, "1"), (3, "2"), (6, "5")])
    func attempts(attempts: Int32, count: String) throws {
        let relay = try HopFixture()
        let record = relay.record([("retry_topic-attempts", bigEndian(attempts))])
        #expect(try #require(relay.republished(record)).headers.text(.retryCount) == count)
    }

    @Test("a spent count is carried to the dead letter in the dialect that is written")
    func countOfDeadLetter() throws {
        let link = try HopFixture()
        let spring = try HopFixture(dialect: .spring)
        let fromSpring = link.record([("retry_topic-attempts", bigEndian(Int32(7)))])
        let fromLink = link.record([("X-Retry-Count", "5"), ("X-Exception-Message", "m")])
        #expect(try #require(link.deadLetter(fromSpring)).record.headers.lines.contains("X-Retry-Count=5"))
        #expect(try #require(spring.deadLetter(fromSpring)).record.headers.last(.springAttempts) == bigEndian(Int32(7)))
        let letter = try #require(spring.deadLetter(fromLink)).record.headers
        #expect(letter.last(.springAttempts) == bigEndian(Int32(7)))
        #expect(letter.count(of: .retryCount) == 0)
        #expect(letter.text(.deadLetterReason) == "attempts-exhausted")
        let huge = try #require(spring.deadLetter(link.record([("X-Retry-Count", "9223372036854775807")]))).record.headers
        #expect(huge.last(.springAttempts) == bigEndian(Int32.max))
    }

    @Test("a dead letter of Spring's dialect says where it came from as kafka_dlt-* too")
    func springDeadLetter() throws {
        let relay = try HopFixture(dialect: .spring)
        let letter = try #require(relay.deadLetter(relay.record(Self.link.filter { $0.0 != "X-Retry-Count" } + [("X-Retry-Count", "5")])))
        #expect(letter.record.headers.text(.springDeadOriginalTopic) == "PatientEvent")
        #expect(letter.record.headers.last(.springDeadOriginalOffset) == bigEndian(Int64(70_000_000_000)))
        #expect(letter.record.headers.text(.springDeadExceptionType) == "Timeout")
        #expect(letter.record.headers.text(.springDeadExceptionMessage) == "latest")
    }

    @Test("a stale count of Spring's does not survive beside ours")
    func stale() throws {
        let relay = try HopFixture(dialect: .spring)
        let record = relay.record([("retry_topic-attempts", bigEndian(Int32(99))), ("X-Retry-Count", Array("5".utf8))])
        #expect(try #require(relay.deadLetter(record)).record.headers.last(.springAttempts) == bigEndian(Int32(7)))
    }

    @Test("numbers that cannot be read, or do not fit, are left out of a translation")
    func illegible() throws {
        let relay = try HopFixture(dialect: .spring)
        let record = relay.record([("X-Original-Partition", "2147483648"), ("X-Original-Offset", "x"), ("X-Original-Timestamp", "")])
        let headers = try #require(relay.republished(record)).headers
        #expect(headers.lines.count == 2)
        #expect(headers.text(.springOriginalTopic) == "PatientEvent")
        #expect(headers.last(.springAttempts) == bigEndian(Int32(2)))
    }
}
