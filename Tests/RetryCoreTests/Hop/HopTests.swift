import RetryCore
import Testing

@Suite("Hop from the retry topic")
struct HopTests {
    @Test("a due record goes back to the source topic as its next retry")
    func republish() throws {
        let relay = try HopFixture()
        let record = relay.record([
            ("traceparent", "t"), ("X-Retry-Count", "1"), ("X-Next-Retry-Timestamp", "5"), ("X-Correlation-Id", "c"),
            ("X-Retry-Group", "measures"),
        ])
        let hop = relay.planner.hop(for: record, now: relay.now)
        #expect(hop.targetTopic == "PatientEvent")
        let sent = try #require(relay.republished(record))
        #expect(sent.target == TopicPartition("PatientEvent", 3))
        #expect(sent.key == record.key)
        #expect(sent.value == nil)
        #expect(sent.headers.lines == ["traceparent=t", "X-Correlation-Id=c", "X-Original-Topic=PatientEvent", "X-Retry-Count=2"])
    }

    @Test("an original topic that is there stays")
    func originalTopic() throws {
        let relay = try HopFixture()
        let sent = try #require(relay.republished(relay.record([("X-Original-Topic", "Elsewhere")])))
        #expect(sent.headers.lines == ["X-Original-Topic=Elsewhere", "X-Retry-Count=1"])
        let empty = try #require(relay.republished(relay.record([("X-Original-Topic", ""), ("a", "b")])))
        #expect(empty.headers.lines == ["a=b", "X-Original-Topic=PatientEvent", "X-Retry-Count=1"])
    }

    @Test("before its due time it waits, at it it goes")
    func waits() throws {
        let relay = try HopFixture()
        let due = Timestamp(milliseconds: relay.now.milliseconds + 1)
        let record = relay.record([("X-Next-Retry-Timestamp", due.description)])
        #expect(relay.planner.hop(for: record, now: relay.now) == .wait(until: due))
        #expect(relay.planner.hop(for: record, now: due).targetTopic == "PatientEvent")
    }

    @Test("goes by key where the source topic has become narrower")
    func narrower() throws {
        var relay = try HopFixture()
        relay.planner = relay.planner.knowing(["PatientEvent": 2])
        let sent = try #require(relay.republished(relay.record()))
        #expect(sent.target.partition == Partitioner.byKey([1, 0, 255], count: 2))
        relay.planner = HopPlanner(relay.planner.settings)
        #expect(try #require(relay.republished(relay.record())).target.partition == 3)
    }

    @Test("everything that is not ours survives in order, repeated, null, empty and not UTF-8")
    func carried() throws {
        let relay = try HopFixture()
        var headers = KafkaHeaders()
        func foreign(_ name: [UInt8], _ value: [UInt8]?) {
            name.withUnsafeBytes { name in
                if let value {
                    value.withUnsafeBytes { headers.append(name: name, value: $0) }
                } else {
                    headers.append(name: name, value: nil)
                }
            }
        }
        foreign([0xFF, 0xFE], [0x00])
        headers.append("X-Retry-Count", "0")
        foreign([], nil)
        foreign(Array("__connect.errors.topic".utf8), [])
        headers.append("X-Retry-Count", "1")
        foreign(Array("a".utf8), [1])
        foreign(Array("a".utf8), nil)
        var record = relay.record()
        record.headers = headers
        let sent = try #require(relay.republished(record))
        #expect(sent.headers.carried == headers.carried)
        #expect(headers.carried.count == 5)
        #expect(sent.headers.lines.suffix(2) == ["X-Original-Topic=PatientEvent", "X-Retry-Count=2"])
    }

    @Test("of ours that stand there twice the last remains")
    func once() throws {
        let relay = try HopFixture()
        let sent = try #require(relay.republished(relay.record([("X-Exception-Type", "A"), ("b", ""), ("X-Exception-Type", "B")])))
        #expect(sent.headers.lines == ["b=", "X-Exception-Type=B", "X-Original-Topic=PatientEvent", "X-Retry-Count=1"])
    }

    @Test("what belongs on other topics only does not go back to the source")
    func onlyElsewhere() throws {
        let relay = try HopFixture()
        let sent = try #require(
            relay.republished(relay.record([("X-Dead-Letter-Reason", "expired"), ("X-Retry-Marker", "1"), ("X-Retry-Group", "measures")])))
        #expect(sent.headers.lines == ["X-Original-Topic=PatientEvent", "X-Retry-Count=1"])
    }
}
