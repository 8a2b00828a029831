import RetryCore
import Testing

@testable import KafkaRetry

@Suite struct SubmissionTableTests {
    private func records(_ values: String...) -> [ProducerRecord] { values.map { ProducerRecord(to: "T", key: "k", value: $0) } }

    private func submission(_ records: [ProducerRecord], _ reply: SendSubmission.Reply = .none) -> PendingSubmission {
        PendingSubmission(records, reply: reply, accepted: Timestamp(milliseconds: 0), isGated: true, numbers: [7, 8, 9])
    }

    private func send(_ index: Int, of submission: Int32) -> PendingSend { PendingSend(submission: submission, index: index, bytes: 1) }

    @Test func aSubmissionIsForgottenWithItsLastMessage() {
        var table = SubmissionTable()
        let first = table.add(submission(records("a", "b", "c")))
        let second = table.add(submission(records("d")))
        #expect(first != second)
        for index in [1, 0] { table.ended(send(index, of: first)) }
        #expect(table.record(send(2, of: first)).value == Array("c".utf8))
        #expect(table.spoolNumber(send(2, of: first)) == 9)
        table.ended(send(2, of: first))
        // Its number is free, and those who come next do not meet what was there.
        #expect(table.add(submission(records("e"))) == first)
        #expect(table.record(send(0, of: first)).value == Array("e".utf8))
        #expect(table.record(send(0, of: second)).value == Array("d".utf8))
    }

    @Test func theMemoryOfWhatHasEndedIsFreeThoughOthersWait() {
        var table = SubmissionTable()
        let number = table.add(submission(records("a", "b")))
        table.ended(send(0, of: number))
        #expect(table[number].records.map(\.value) == [nil, Array("b".utf8)])
    }

    @Test func whatACallerStillHoldsIsNotCopied() {
        var table = SubmissionTable()
        let held = records("a", "b")
        let number = table.add(submission(held, .batch(SendBatch(count: 2))))
        table.ended(send(0, of: number))
        #expect(table[number].records == held)
    }
}
