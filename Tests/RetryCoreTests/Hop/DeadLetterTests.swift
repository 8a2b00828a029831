import RetryCore
import Testing

@Suite("Dead letters of the relay")
struct DeadLetterTests {
    static let notDecimal = [
        "", " ", "-1", "+1", "1 ", " 1", "1.0", "0x1", "1e3", "٣", "NaN", "9223372036854775808", "99999999999999999999999",
    ]

    @Test("a count or time that is not a plain decimal number", arguments: ["X-Retry-Count", "X-Next-Retry-Timestamp"], notDecimal)
    func malformed(name: String, value: String) throws {
        let relay = try HopFixture()
        let letter = try #require(relay.deadLetter(relay.record([(name, value)])))
        #expect(letter.reason == .malformedHeader)
        #expect(letter.record.target == TopicPartition("PatientEvent-Error", 3))
        #expect(letter.record.headers.text(.deadLetterReason) == "malformed-header")
        #expect(try #require(letter.record.headers.text(.retryExceptionMessage)).hasPrefix("\(name) is not a plain decimal number"))
        #expect(letter.record.headers.last(.retryCount) == (name == "X-Retry-Count" ? .some(Array(value.utf8)) : .none))
        #expect(letter.record.headers.count(of: .nextRetryTimestamp) == 0)
    }

    @Test(
        "null is malformed too",
        arguments: ["X-Retry-Count", "X-Next-Retry-Timestamp", "retry_topic-attempts", "retry_topic-backoff-timestamp"])
    func null(name: String) throws {
        let relay = try HopFixture()
        let letter = try #require(relay.deadLetter(relay.record([(name, [UInt8]?.none)])))
        #expect(letter.reason == .malformedHeader)
        #expect(try #require(letter.record.headers.text(.retryExceptionMessage)).hasSuffix(": null"))
    }

    @Test("leading zeros and the largest number are numbers")
    func notMalformed() throws {
        let relay = try HopFixture()
        #expect(relay.hop([("X-Retry-Count", "000")]).targetTopic == "PatientEvent")
        #expect(relay.deadLetter(relay.record([("X-Retry-Count", "9223372036854775807")]))?.reason == .attemptsExhausted)
        #expect(relay.deadLetter(relay.record([("X-Next-Retry-Timestamp", "9223372036854775807")]))?.reason == .dueOutOfRange)
    }

    @Test("Spring's attempts below 1 or not 32 bits wide")
    func springAttempts() throws {
        let relay = try HopFixture()
        for value in [[], [1], [0, 0, 1], bigEndian(Int32(0)), bigEndian(Int32(-1)), bigEndian(Int32.min), bigEndian(Int64(3))] as [[UInt8]]
        {
            let letter = try #require(relay.deadLetter(relay.record([("retry_topic-attempts", value)])), "\(value)")
            #expect(letter.reason == .malformedHeader)
            #expect(try #require(letter.record.headers.text(.retryExceptionMessage)).hasPrefix("retry_topic-attempts is not"))
        }
    }

    @Test("Spring's due time below 0, empty or wider than 64 bits")
    func springDue() throws {
        let relay = try HopFixture()
        for value in [[], [0x80], bigEndian(Int64(-1)), [0] + bigEndian(Int64(1))] as [[UInt8]] {
            #expect(relay.deadLetter(relay.record([("retry_topic-backoff-timestamp", value)]))?.reason == .malformedHeader, "\(value)")
        }
        #expect(
            relay.planner.hop(for: relay.record([("retry_topic-backoff-timestamp", [0])]), now: relay.now).targetTopic == "PatientEvent")
    }

    @Test("as many retries as allowed, or more, at once and however far ahead it is due", arguments: ["5", "6", "2147483648"])
    func exhausted(count: String) throws {
        let relay = try HopFixture()
        let headers = [
            ("X-Retry-Count", count), ("X-Next-Retry-Timestamp", "9999999999999"), ("X-Retry-Exception-Message", "last"), ("a", "b"),
        ]
        let letter = try #require(relay.deadLetter(relay.record(headers)))
        #expect(letter.reason == .attemptsExhausted)
        let expected = [
            "X-Retry-Count=\(count)", "X-Retry-Exception-Message=last", "a=b", "X-Original-Topic=PatientEvent",
            "X-Dead-Letter-Reason=attempts-exhausted",
        ]
        #expect(letter.record.headers.lines == expected)
    }

    @Test("a malformed header comes before a spent count")
    func order() throws {
        let relay = try HopFixture()
        #expect(relay.deadLetter(relay.record([("X-Retry-Count", "99"), ("X-Next-Retry-Timestamp", "soon")]))?.reason == .malformedHeader)
    }

    @Test("due further ahead than the horizon, explicitly or by the policy")
    func horizon() throws {
        let relay = try HopFixture(horizon: .seconds(60))
        let limit = relay.now.milliseconds + 60_000
        #expect(relay.hop([("X-Next-Retry-Timestamp", "\(limit)")]) == .wait(until: Timestamp(milliseconds: limit)))
        let letter = try #require(
            relay.deadLetter(relay.record([("X-Next-Retry-Timestamp", "\(limit + 1)"), ("X-Retry-Group", "measures")])))
        #expect(letter.reason == .dueOutOfRange)
        #expect(try #require(letter.record.headers.text(.retryExceptionMessage)).hasPrefix("X-Next-Retry-Timestamp is \(limit + 1)"))
        #expect(letter.record.headers.count(of: .retryGroup) == 0)
        let ahead = relay.record([(String, String)](), timestamp: Timestamp(milliseconds: limit))
        #expect(relay.deadLetter(ahead)?.reason == .dueOutOfRange)
    }

    @Test("failed first longer ago than the maximum age, at arrival and later; an illegible time says nothing")
    func expired() throws {
        let relay = try HopFixture(policy: .exponential(maxAge: .seconds(10)))
        let first = relay.now.milliseconds - 10_000
        #expect(relay.hop([("X-First-Failure-Timestamp", "\(first)")]).targetTopic == "PatientEvent")
        #expect(relay.hop([("X-First-Failure-Timestamp", "long ago")]).targetTopic == "PatientEvent")
        let old = relay.record([("X-First-Failure-Timestamp", "\(first - 1)"), ("X-Exception-Message", "m")])
        let letter = try #require(relay.deadLetter(old))
        #expect(letter.reason == .expired)
        #expect(letter.record.headers.text(.exceptionMessage) == "m")
        #expect(letter.record.headers.count(of: .retryExceptionMessage) == 0)
        let waiting = relay.record([("X-First-Failure-Timestamp", "\(first)"), ("X-Next-Retry-Timestamp", "\(first + 60_000)")])
        #expect(relay.planner.arrival(of: waiting, now: relay.now) == .due(Timestamp(milliseconds: first + 60_000)))
        #expect(
            relay.planner.hop(for: waiting, now: Timestamp(milliseconds: first + 60_000)).record?.headers.text(.deadLetterReason)
                == "expired")
    }

    @Test("an explanation replaces the latest message and shows at most 100 printable characters")
    func explanation() throws {
        let relay = try HopFixture()
        let value: [UInt8] = [0, 0xFF, UInt8(ascii: "\"")] + Array(repeating: UInt8(ascii: "9"), count: 5_000)
        let record = relay.record([("X-Retry-Exception-Message", Array("old".utf8)), ("X-Retry-Count", value)])
        let letter = try #require(relay.deadLetter(record))
        let text = try #require(letter.record.headers.text(.retryExceptionMessage))
        #expect(text.hasPrefix("X-Retry-Count is not a plain decimal number: \"\\x00\\xff\\x22999"))
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(text.count <= 100 + "X-Retry-Count is not a plain decimal number: \"\"".count)
        #expect(letter.record.headers.count(of: .retryExceptionMessage) == 1)
        #expect(letter.record.headers.last(.retryCount) == value)
    }
}
