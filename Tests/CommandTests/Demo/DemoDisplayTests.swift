import KafkaRetry
import RetryCore
import Testing

@testable import kafka_retry

@Suite struct DemoDisplayTests {
    private let wording = DemoWording(
        connection: DemoConnection(
            bootstrapServers: ["127.0.0.1:9092"], topics: DemoTopics("Orders"), delivery: .atLeastOnce,
            relayTopics: RelayTopics(partitionCounts: [:])), isMock: true, retries: 3, symbols: .unicode)

    /// Ten orders, of which one waits and one is dead.
    private func ledger() throws -> DemoLedger {
        var ledger = DemoLedger(try RetryPolicy.listed([.seconds(1), .seconds(2), .seconds(4)]))
        for number in 0..<10 {
            let role: DemoTopics.Role = number == 3 ? .retry : number == 5 ? .deadLetter : .handled
            for role in [.source, role] {
                _ = ledger.saw(
                    DemoSighting(
                        order: "order-0\(number)", role: role, offset: 0, time: Timestamp(milliseconds: 1_000), retriesMade: 0,
                        problem: "stock is locked"))
            }
        }
        return ledger
    }

    private func frame() throws -> DemoFrame {
        DemoFrame(
            wording: wording, expected: 10, ledger: try ledger(), now: Timestamp(milliseconds: 1_500), start: Timestamp(milliseconds: 1_000)
        )
    }

    @Test(arguments: [(100, 30), (80, 24), (40, 12), (20, 6), (1, 1)]) func aFrameFits(columns: Int, rows: Int) throws {
        let event = DemoEvent(time: Timestamp(milliseconds: 1_000), order: "order-03", kind: .placed)
        let size = TerminalSize(columns: columns, rows: rows)
        let lines = try frame().lines(size, events: Array(repeating: event, count: 20))
        // What cannot be left out takes six lines.
        #expect(lines.count <= max(rows - 1, 6))
        #expect(lines.allSatisfy { $0.rendered(width: columns, colours: false).count <= columns })
    }

    @Test func aCountdownShowsHowMuchIsLeft() throws {
        let lines = try frame().lines(TerminalSize(columns: 80, rows: 24), events: []).map(\.text)
        let waiting = try #require(lines.first { $0.contains("order-03") })
        #expect(waiting.contains("retry 1 of 3") && waiting.contains("0.5 s") && waiting.contains("stock is locked"))
        #expect(waiting.count { $0 == wording.symbols.elapsed } == waiting.count { $0 == wording.symbols.left })
        #expect(lines.contains { $0.contains("10 placed = 8 handled at once + 0 recovered + 1 dead-lettered + 1 in flight") })
    }

    @Test func coloursCostNoWidthAndCanBeLeftOut() {
        let text = StyledText("red", .red) + " and plain"
        #expect(text.rendered(width: 6, colours: false) == "red an")
        #expect(text.rendered(width: 6, colours: true) == "\u{1B}[31mred\u{1B}[0m an")
        #expect(text.width == 13)
    }

    @Test func aTerminalGetsWhatItIsAbleAndAskedToShow() {
        func suited(_ isTerminal: Bool, _ environment: [String: String]) -> [Bool] {
            var configuration = DemoConfiguration()
            configuration.suit(isTerminal: isTerminal, environment: environment)
            return [configuration.isLive, configuration.hasColours, configuration.hasSymbols]
        }
        #expect(suited(true, ["TERM": "xterm", "LANG": "C.UTF-8"]) == [true, true, true])
        #expect(suited(true, ["TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C"]) == [true, true, false])
        #expect(suited(true, ["TERM": "xterm", "NO_COLOR": "1", "LANG": "de_DE.utf8"]) == [true, false, true])
        #expect(suited(true, ["TERM": "dumb"]) == [false, false, false])
        #expect(suited(false, ["TERM": "xterm", "LANG": "C.UTF-8"]) == [false, false, true])
    }

    @Test func longLinesAreBrokenAtSpaces() {
        #expect(DemoReport.wrapped("one two three", 7) == ["one two", "three"])
        #expect(DemoReport.wrapped("unbreakable", 4) == ["unbreakable"])
    }
}
