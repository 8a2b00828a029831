import RetryCore
import Testing

@testable import KafkaRetry
@testable import kafka_retry

@Suite struct RelayEventTests {
    @Test func eventsAreAsTheContractShowsThem() {
        #expect(RelayEvent.ready(topics: ["A", "B\""]).json.text == #"{"event":"ready","topics":["A","B\""]}"#)
        var hops = HopAccount()
        (hops.republished, hops.deadLettered, hops.passedOver, hops.lost) = (1, 2, 5, 6)
        let account = RelayAccount(hops, waiting: 3, held: 4)
        #expect(
            RelayEvent.stopped(account).json.text
                == #"{"event":"stopped","republished":1,"dead_lettered":2,"waiting":3,"held":4,"passed_over":5,"lost":6}"#)
    }

    @Test func tablesAreWrittenInEachFormat() {
        let table = Table(
            columns: [.init(heading: "TOPIC", name: "topic"), .init(heading: "N", name: "n")],
            rows: [["A\u{1B}", 1], ["Longer", .null]], nothing: "None.")
        #expect(table.lines(.table) == ["TOPIC   N", "A\u{FFFD}      1", "Longer  -"])
        #expect(table.lines(.json) == [#"[{"topic":"A\u001b","n":1},{"topic":"Longer","n":null}]"#])
        #expect(table.lines(.ndjson) == [#"{"topic":"A\u001b","n":1}"#, #"{"topic":"Longer","n":null}"#])
        #expect(Table(columns: table.columns, rows: [], nothing: "None.").lines(.table) == ["None."])
    }
}
