import Testing

@testable import KafkaRetry

@Suite struct SpoolReplayTests {
    private func messages(_ numbers: ClosedRange<Int64>) -> [SpooledMessage] {
        let entry = SpoolEntry(ProducerRecord(to: "T", value: "x"), accepted: Timestamp(milliseconds: 0))
        return numbers.map { SpooledMessage(number: $0, entry: entry) }
    }

    private func taken(_ replay: inout SpoolReplay, _ numbers: ClosedRange<Int64>) -> [Int64] {
        replay.taken(of: messages(numbers)).map(\.number)
    }

    @Test func whatIsReadBeforeItsAppendIsAnsweredIsTakenUpAfterwards() {
        var replay = SpoolReplay(backlog: 2)
        let start = replay.next()
        // Two stood there at the start; the third is on disk, and its append is not answered yet.
        let first = taken(&replay, 1...3)
        let inVain = replay.next()
        #expect(start == 0 && first == [1, 2] && inVain == nil)
        let counts = [replay.isBacklog(1), replay.isBacklog(2)]
        #expect(counts == [true, true])
        replay.appended(3, topic: 7)
        let behind = replay.next()
        let second = taken(&replay, 3...3)
        let isBacklog = replay.isBacklog(3)
        #expect(behind == 2 && second == [3] && !isBacklog)
    }

    @Test func aReplacedTopicsMessagesCountAsBacklogAndOthersDoNot() {
        var replay = SpoolReplay(backlog: 0)
        replay.appended(1, topic: 0)
        replay.appended(2, topic: 1)
        replay.replaced(topic: 0)
        let counts = [replay.isBacklog(1), replay.isBacklog(2)]
        #expect(counts == [true, false])
    }
}
