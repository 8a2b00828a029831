import RetryCore
import Testing

@Suite("A record grows by at most 8 KiB")
struct GrowthTests {
    @Test("however often it hops, whoever writes, however long the texts are", arguments: HeaderDialect.allCases, HeaderDialect.allCases)
    func thousandHops(failing: HeaderDialect, relaying: HeaderDialect) throws {
        let name = String(repeating: "n", count: 255)
        let settings = try HopSettings(
            sourceTopic: .patientEvent, group: name, dialect: relaying, policy: .fixed(.zero, retries: .max, maxAge: .seconds(3_600)))
        let planner = HopPlanner(settings)
        let factory = RetryEntityFactory(
            sourceTopic: .patientEvent, group: name, service: String(repeating: "s", count: 20_000), dialect: failing)
        let long = String(repeating: "é", count: 10_000)
        let failure = RetryFailure(type: long, message: long, facilityID: long)
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        var start = KafkaHeaders()
        start.append("traceparent", "t")
        var record = KafkaRecord(
            source: TopicPartition("PatientEvent", 0), offset: .max, timestamp: now, key: nil, value: [1], headers: start)
        for hop in 0..<1_000 {
            // Spring's count on the source topic is of the delivery to come; a service that fails adds one.
            let failed: Int64 = relaying == .spring && hop > 0 ? 1 : 0
            let made = try RetryEntityFactory.entity(of: record.headers).retryCount + failed
            record.headers = factory.headers(of: record, after: failure, retriesMade: made, now: now, to: .retry(due: now))
            record.source.topic = "PatientEvent-Retry"
            #expect(record.headers.byteCount <= start.byteCount + 8_192, "after failure \(hop)")
            #expect(planner.arrival(of: record, now: now) == .due(now))
            #expect(planner.refused(record).headers.byteCount <= start.byteCount + 8_192)
            let letter = factory.headers(of: record, after: failure, retriesMade: made, now: now, to: .deadLetter(.permanentFailure))
            #expect(letter.byteCount <= start.byteCount + 8_192)
            guard case .republish(let sent) = planner.hop(for: record, now: now) else { return #expect(Bool(false), "stopped at \(hop)") }
            #expect(sent.headers.byteCount <= start.byteCount + 8_192, "after hop \(hop)")
            record.headers = sent.headers
            record.source.topic = "PatientEvent"
        }
        #expect(try RetryEntityFactory.entity(of: record.headers).retryCount == (relaying == .spring ? 999 : 1_000))
        #expect(record.headers.carried == start)
    }

    @Test("texts of one dialect are cut where they become the other's")
    func translated() throws {
        let relay = try HopFixture()
        let long = Array(repeating: UInt8(ascii: "x"), count: 20_000)
        let sent = try #require(
            relay.republished(
                relay.record([("kafka_exception-message", long), ("kafka_original-topic", long), ("kafka_exception-fqcn", long)])))
        #expect(sent.headers.last(.exceptionMessage)??.count == 1_024)
        #expect(sent.headers.byteCount < 2_048)
    }

    @Test("cleaning again and again changes nothing more", arguments: HeaderDialect.allCases)
    func reappended(dialect: HeaderDialect) throws {
        let relay = try HopFixture(dialect: dialect)
        var record = relay.record([("X-Retry-Count", "1"), ("a", "b"), ("kafka_exception-message", "m")])
        record.headers = relay.planner.reappend(record, due: relay.now).headers
        let once = record.headers
        for _ in 0..<1_000 { record.headers = relay.planner.reappend(record, due: relay.now).headers }
        #expect(record.headers.byteCount == once.byteCount)
        #expect(Set(record.headers.lines) == Set(once.lines))
    }
}
