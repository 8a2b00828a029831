import RetryCore
import Testing

@Suite("Appending a waiting record again")
struct ReappendTests {
    @Test("stays due when it was, whatever its new place and time", arguments: HeaderDialect.allCases)
    func sameDue(dialect: HeaderDialect) throws {
        let relay = try HopFixture(dialect: dialect, policy: .fixed(.seconds(3_600), retries: 5, jitter: .full))
        let record = relay.record([("a", "b"), ("X-First-Failure-Timestamp", "77"), ("X-Exception-Service", "s"), ("X-Retry-Count", "2")])
        guard case .due(let due) = relay.planner.arrival(of: record, now: relay.now) else { return #expect(Bool(false), "not due") }
        let again = relay.planner.reappend(record, due: due)
        #expect(again.target == record.source)
        #expect(again.key == record.key)
        #expect(again.value == record.value)
        #expect(again.headers.carried == record.headers.carried)
        #expect(again.headers.text(.retryGroup) == "measures")
        #expect(again.headers.text(.firstFailureTimestamp) == "77")
        #expect(again.headers.text(.exceptionService) == "s")
        let moved = KafkaRecord(
            source: record.source, offset: 99_999, timestamp: relay.now, key: again.key, value: again.value, headers: again.headers)
        #expect(relay.planner.arrival(of: moved, now: relay.now) == .due(due))
        let entity = try RetryEntityFactory.entity(of: again.headers)
        #expect(entity.retryCount == 2)
        #expect(entity.due == due)
    }

    @Test("a record that named nobody becomes ours alone")
    func claimed() throws {
        let relay = try HopFixture()
        let again = relay.planner.reappend(relay.record(), due: Timestamp(milliseconds: 5))
        #expect(
            again.headers.lines == [
                "X-Original-Topic=PatientEvent", "X-Retry-Count=0", "X-Next-Retry-Timestamp=5", "X-Retry-Group=measures",
            ])
    }

    @Test(
        "what cannot be read stays so", arguments: HeaderDialect.allCases,
        ["X-Retry-Count", "X-Next-Retry-Timestamp", "retry_topic-attempts"])
    func malformed(dialect: HeaderDialect, name: String) throws {
        let relay = try HopFixture(dialect: dialect)
        let again = relay.planner.reappend(relay.record([(name, "?")]), due: relay.now)
        #expect(again.headers.lines == ["\(name)=?", "X-Retry-Group=measures"])
    }

    @Test("a due time before 1970 can be read again", arguments: HeaderDialect.allCases)
    func distantPast(dialect: HeaderDialect) throws {
        let again = try HopFixture(dialect: dialect).planner.reappend(try HopFixture().record(), due: .distantPast)
        #expect(try RetryEntityFactory.entity(of: again.headers).due == Timestamp(milliseconds: 0))
    }
}
