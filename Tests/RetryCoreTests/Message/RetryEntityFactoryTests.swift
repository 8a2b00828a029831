import RetryCore
import Testing

@Suite("Retry entities")
struct RetryEntityFactoryTests {
    let factory = RetryEntityFactory(sourceTopic: .patientEvent, group: "measures", service: "measure-eval")
    let failure = RetryFailure(type: "Timeout", message: "took too long", facilityID: "f1")
    let now = Timestamp(milliseconds: 1_700_000_000_000)
    let record = KafkaRecord(
        source: TopicPartition("PatientEvent", 2), offset: 9, timestamp: Timestamp(milliseconds: 55), key: nil, value: nil,
        headers: KafkaHeaders([("traceparent", [1]), ("X-Correlation-Id", Array("c".utf8))]))

    @Test("a first failure in the source topic is written whole", arguments: HeaderDialect.allCases)
    func firstFailure(dialect: HeaderDialect) throws {
        var factory = factory
        factory.dialect = dialect
        let headers = factory.headers(of: record, after: failure, retriesMade: 0, now: now, to: .retry(due: now.advanced(by: .seconds(1))))
        var expected = RetryEntity()
        expected.correlationID = "c"
        expected.due = Timestamp(milliseconds: 1_700_000_001_000)
        expected.originalTopic = "PatientEvent"
        expected.originalPartition = 2
        expected.originalOffset = 9
        expected.originalTimestamp = Timestamp(milliseconds: 55)
        expected.service = "measure-eval"
        expected.facilityID = "f1"
        expected.exceptionType = "Timeout"
        expected.exceptionMessage = "took too long"
        expected.retryExceptionMessage = "took too long"
        expected.firstFailure = now
        expected.lastFailure = now
        expected.retryGroup = "measures"
        #expect(try RetryEntityFactory.entity(of: headers) == expected)
        #expect(headers.carried == record.headers.carried)
    }

    @Test("a later failure replaces the latest and keeps the first", arguments: HeaderDialect.allCases, HeaderDialect.allCases)
    func laterFailure(first: HeaderDialect, second: HeaderDialect) throws {
        var factory = factory
        factory.dialect = first
        var again = record
        again.headers = factory.headers(of: record, after: failure, retriesMade: 0, now: now, to: .retry(due: now))
        again.source = TopicPartition("PatientEvent-Retry", 0)
        factory.dialect = second
        let later = now.advanced(by: .seconds(9))
        let other = RetryFailure(type: "Refused", message: "no")
        let headers = factory.headers(of: again, after: other, retriesMade: 1, now: later, to: .deadLetter(.permanentFailure))
        let entity = try RetryEntityFactory.entity(of: headers)
        #expect(entity.exceptionType == "Timeout")
        #expect(entity.exceptionMessage == "took too long")
        #expect(entity.retryExceptionMessage == "no")
        #expect(entity.firstFailure == now)
        #expect(entity.lastFailure == later)
        #expect(entity.retryCount == 1)
        #expect(entity.originalPartition == 2)
        #expect(entity.facilityID == "f1")
        #expect(entity.deadLetterReason == .permanentFailure)
        #expect(entity.due == nil)
        #expect(entity.retryGroup == nil)
    }

    @Test("what a service said of the first failure gets no part of a later one's", arguments: HeaderDialect.allCases)
    func halfAFirstFailure(dialect: HeaderDialect) throws {
        var factory = factory
        factory.dialect = dialect
        func entity(_ name: String, _ value: String) throws -> RetryEntity {
            var told = record
            told.headers = KafkaHeaders([(name, Array(value.utf8))])
            let headers = factory.headers(of: told, after: failure, retriesMade: 1, now: now, to: .deadLetter(.permanentFailure))
            return try RetryEntityFactory.entity(of: headers)
        }
        let message = try entity("X-Exception-Message", "database timeout")
        #expect((message.exceptionType, message.exceptionMessage) == (nil, "database timeout"))
        #expect(message.retryExceptionMessage == "took too long")
        let type = try entity("X-Exception-Type", "DatabaseTimeout")
        #expect((type.exceptionType, type.exceptionMessage) == ("DatabaseTimeout", nil))
        #expect(type.retryExceptionMessage == "took too long")
    }

    @Test("on the retry topic nobody knows where the record stood in the source topic")
    func unknownPlace() throws {
        var bare = record
        bare.source.topic = "PatientEvent-Retry"
        let headers = factory.headers(of: bare, after: failure, retriesMade: 0, now: now, to: .retry(due: now))
        let entity = try RetryEntityFactory.entity(of: headers)
        #expect(entity.originalTopic == "PatientEvent")
        #expect(entity.originalOffset == nil)
    }

    @Test("a message is cut at 1,024 bytes on a character boundary, clean or not")
    func cut() throws {
        func written(_ message: [UInt8]) -> Int? {
            let failure = RetryFailure(type: "T", message: message)
            return factory.headers(of: record, after: failure, retriesMade: 0, now: now, to: .retry(due: now)).last(.exceptionMessage)??
                .count
        }
        #expect(written(Array(String(repeating: "€", count: 1_000).utf8)) == 1_023)
        #expect(written(Array(repeating: 0xFF, count: 5_000)) == 1_024)
        #expect(written(Array(repeating: 0x80, count: 5_000)) == 1_024)
    }

    @Test("what decides must be legible, and the error says which header is not and why")
    func malformed() {
        func error(_ name: String, _ value: [UInt8]?) -> MalformedHeader? {
            #expect(throws: MalformedHeader.self) { try RetryEntityFactory.entity(of: KafkaHeaders([(name, value)])) }
        }
        #expect(error("X-Retry-Count", Array("-1".utf8))?.description == "X-Retry-Count is not a plain decimal number: \"-1\"")
        #expect(error("X-Next-Retry-Timestamp", nil)?.description == "X-Next-Retry-Timestamp is not a plain decimal number: null")
        let attempts = error("retry_topic-attempts", [0, 0, 0, 0])
        #expect(attempts?.name == "retry_topic-attempts")
        #expect(attempts?.value == "\\x00\\x00\\x00\\x00")
        #expect(error("X-Retry-Count", Array(repeating: 0, count: 1_000))?.value.map { $0.count <= 100 && $0.hasSuffix("...") } == true)
        #expect(error("X-Retry-Count", Array(repeating: UInt8(ascii: "x"), count: 100))?.value == String(repeating: "x", count: 100))
    }

    @Test("all else that cannot be read counts as missing")
    func illegible() throws {
        let names = [
            "X-Original-Partition", "X-Original-Offset", "X-Original-Timestamp", "X-First-Failure-Timestamp", "X-Last-Failure-Timestamp",
        ]
        for value in [nil, [], Array("x".utf8), Array("-1".utf8)] as [[UInt8]?] {
            #expect(try RetryEntityFactory.entity(of: KafkaHeaders(names.map { ($0, value) })) == RetryEntity())
        }
        var failed = record
        failed.headers = KafkaHeaders(names.map { ($0, Array("x".utf8)) })
        let headers = factory.headers(of: failed, after: failure, retriesMade: 0, now: now, to: .retry(due: now))
        #expect(try RetryEntityFactory.entity(of: headers).originalOffset == 9)
        #expect(try RetryEntityFactory.entity(of: headers).firstFailure == now)
        #expect(headers.count(of: .firstFailureTimestamp) == 1)
    }
}
