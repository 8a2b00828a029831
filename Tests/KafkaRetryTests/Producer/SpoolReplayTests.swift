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
        let start = replay.next(now: 0)
        // Two stood there at the start; the third is on disk, and its append is not answered yet.
        let first = taken(&replay, 1...3)
        let inVain = replay.next(now: 0)
        #expect(start == 0 && first == [1, 2] && inVain == nil)
        #expect(replay.isBacklog(1, topic: 7) && replay.isBacklog(2, topic: 7))
        replay.appended(3, topic: 7)
        let behind = replay.next(now: 0)
        let second = taken(&replay, 3...3)
        #expect(behind == 2 && second == [3] && !replay.isBacklog(3, topic: 7))
    }

    @Test func whatCannotBeReadIsAskedForAgainAfterPausesThatGrow() {
        var replay = SpoolReplay(backlog: 1)
        var (now, pauses): (Int64, [Int64]) = (0, [])
        for _ in 0..<9 {
            let asked = replay.next(now: now)
            #expect(asked == 0)
            replay.failed(now: now)
            let tooEarly = replay.next(now: replay.readsAt - 1)
            #expect(tooEarly == nil)
            pauses.append(replay.readsAt - now)
            now = replay.readsAt
        }
        #expect(pauses == [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
        _ = replay.next(now: now)
        let read = taken(&replay, 1...1)
        #expect(read == [1] && replay.failures == 0)
    }

    @Test func whatThisProcessPutThereIsKnownFromWhatStoodThere() {
        var replay = SpoolReplay(backlog: 2)
        replay.appended(3, topic: 0)
        replay.appended(4, topic: nil)
        _ = replay.next(now: 0)
        let read = taken(&replay, 1...4)
        #expect(read == [1, 2, 3, 4])
        #expect((1...4).map { replay.isOwn($0) } == [false, false, true, true])
    }

    @Test func aReplacedTopicsMessagesCountAsBacklogAndOthersDoNot() {
        var replay = SpoolReplay(backlog: 0)
        replay.appended(1, topic: 0)
        replay.appended(2, topic: 1)
        replay.replaced(topic: 0)
        #expect(replay.isBacklog(1, topic: 0) && !replay.isBacklog(2, topic: 1))
    }

    @Test func millionsThatWereAppendedInARowTakeTheRoomOfOne() {
        var replay = SpoolReplay(backlog: 0)
        for number in Int64(1)...100_000 { replay.appended(number, topic: number == 500 ? nil : 0) }
        #expect(replay.own[0]?.runCount == 2)
        let asked = replay.next(now: 0)
        let read = taken(&replay, 1...40_000)
        #expect(asked == 0 && read.count == 40_000)
        #expect(!replay.isBacklog(499, topic: 0) && replay.isBacklog(500, topic: 0) && !replay.isBacklog(40_000, topic: 0))
        // What has been read is not asked for again.
        _ = replay.next(now: 0)
        #expect(replay.own[0]?.first == 40_001)
    }
}
