import RetryCore
import Testing

@Suite("Arrival on the retry topic")
struct ArrivalTests {
    @Test("a bare payload is everybody's, due after the first delay")
    func bare() throws {
        let relay = try HopFixture(service: "ours")
        #expect(relay.arrival() == .due(Timestamp(milliseconds: 1_699_999_940_500)))
    }

    @Test("without a time it is due at once")
    func timeless() throws {
        let relay = try HopFixture()
        #expect(relay.planner.arrival(of: relay.record([(String, String)](), timestamp: nil), now: relay.now) == .due(.distantPast))
    }

    @Test("the delay of retry n + 1 follows the count n", arguments: [(0, 500), (1, 1_000), (2, 2_000), (3, 4_000), (4, 5_000)])
    func counted(count: Int, delay: Int64) throws {
        let due = Timestamp(milliseconds: 1_699_999_940_000 + delay)
        #expect(try HopFixture().arrival([("X-Retry-Count", "\(count)")]) == .due(due))
    }

    @Test("an explicit due time counts, past or future")
    func explicit() throws {
        let relay = try HopFixture()
        #expect(relay.arrival([("X-Next-Retry-Timestamp", "0")]) == .due(Timestamp(milliseconds: 0)))
        #expect(relay.arrival([("X-Next-Retry-Timestamp", "1700000600000")]) == .due(Timestamp(milliseconds: 1_700_000_600_000)))
    }

    @Test("another group's is passed over, whoever failed it")
    func otherGroup() throws {
        let relay = try HopFixture(service: "ours")
        #expect(relay.arrival([("X-Retry-Group", "measuresX")]) == .passedOver)
        #expect(relay.arrival([("X-Retry-Group", "measure"), ("X-Exception-Service", "ours")]) == .passedOver)
    }

    @Test("our group's is taken, whatever service failed it")
    func ownGroup() throws {
        let headers = [("X-Retry-Group", "measures"), ("X-Exception-Service", "theirs"), ("X-Next-Retry-Timestamp", "7")]
        #expect(try HopFixture(service: "ours").arrival(headers) == .due(Timestamp(milliseconds: 7)))
    }

    @Test("without a group another service's is passed over, our own and nobody's taken")
    func service() throws {
        let relay = try HopFixture(service: "ours")
        let due = ("X-Next-Retry-Timestamp", "7")
        #expect(relay.arrival([due, ("X-Exception-Service", "theirs")]) == .passedOver)
        #expect(relay.arrival([due, ("X-Exception-Service", "Ours")]) == .passedOver)
        #expect(relay.arrival([due, ("X-Exception-Service", "ours")]) == .due(Timestamp(milliseconds: 7)))
        #expect(relay.arrival([due, ("X-Exception-Service", "")]) == .due(Timestamp(milliseconds: 7)))
        #expect(try HopFixture().arrival([due, ("X-Exception-Service", "theirs")]) == .due(Timestamp(milliseconds: 7)))
    }

    @Test("a null group names nobody")
    func nullGroup() throws {
        let relay = try HopFixture()
        let record = relay.record([("X-Retry-Group", nil), ("X-Next-Retry-Timestamp", Array("7".utf8))])
        #expect(relay.planner.arrival(of: record, now: relay.now) == .due(Timestamp(milliseconds: 7)))
    }

    @Test("a marker is bookkeeping of the group that it names, and of nobody if it names none")
    func marker() throws {
        let relay = try HopFixture()
        #expect(relay.arrival([("X-Retry-Marker", "1"), ("X-Retry-Group", "measures")]) == .marker)
        #expect(relay.arrival([("X-Retry-Marker", ""), ("X-Retry-Group", "measures")]) == .marker)
        #expect(relay.arrival([("X-Retry-Marker", "1"), ("X-Retry-Group", "others")]) == .passedOver)
        #expect(relay.arrival([("X-Retry-Marker", "1")]) == .passedOver)
    }

    @Test("of repeated headers the last counts; names are told apart by case and by every byte")
    func last() throws {
        let relay = try HopFixture()
        #expect(relay.arrival([("X-Next-Retry-Timestamp", "x"), ("X-Next-Retry-Timestamp", "9")]) == .due(Timestamp(milliseconds: 9)))
        #expect(relay.arrival([("X-Retry-Group", "others"), ("X-Retry-Group", "measures")]) != .passedOver)
        let strangers = [("x-retry-count", "bad"), ("X-Retry-Counts", "bad"), ("X-Retry-Coun", "bad"), ("X-Retry-Grouq", "others")]
        #expect(relay.arrival(strangers) == relay.arrival())
    }

    @Test("Spring's headers count only where neither of ours is there")
    func spring() throws {
        let relay = try HopFixture()
        let spring: [(String, [UInt8]?)] = [
            ("retry_topic-attempts", bigEndian(Int32(3))), ("retry_topic-backoff-timestamp", [0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x00]),
        ]
        func arrival(_ headers: [(String, [UInt8]?)]) -> Arrival { relay.planner.arrival(of: relay.record(headers), now: relay.now) }
        #expect(arrival(spring) == .due(Timestamp(milliseconds: 1_700_000_000_000)))
        #expect(arrival([spring[0]]) == .due(Timestamp(milliseconds: 1_699_999_941_000)))
        #expect(arrival(spring + [("X-Retry-Count", Array("0".utf8))]) == .due(Timestamp(milliseconds: 1_699_999_940_500)))
        #expect(arrival(spring + [("X-Next-Retry-Timestamp", Array("5".utf8))]) == .due(Timestamp(milliseconds: 5)))
        #expect(arrival([("retry_topic-attempts", []), ("X-Retry-Count", Array("0".utf8))]) == relay.arrival())
    }
}
