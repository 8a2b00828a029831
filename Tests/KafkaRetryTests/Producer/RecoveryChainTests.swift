import RetryCore
import Synchronization
import Testing

@testable import KafkaRetry

@Suite struct RecoveryChainTests {
    private func items(_ count: Int, cause: SendCause = .permanent, maySpool: Bool = false) -> [RecoveryItem] {
        (0..<count).map { number in
            let message = UndeliveredMessage(
                message: ProducerRecord(to: "T", key: "k", value: String(number)), cause: cause, mayBeWritten: false, attempts: 1,
                reason: "refused", accepted: Timestamp(milliseconds: 0))
            return RecoveryItem(slot: SendSlot(number), message: message, maySpool: maySpool)
        }
    }

    /// None is acknowledged before all are there.
    @Test(.timeLimit(.minutes(1))) func deadLettersAreInFlightTogetherAndInOrder() async {
        let sent = Mutex<[(record: ProducerRecord, receipt: SendReceipt)]>([])
        let producer = RecoveryProducer(naming: .standard, service: nil) { records, _ in
            let receipts = records.map { _ in SendReceipt() }
            let all = sent.withLock { sent in
                for (record, receipt) in zip(records, receipts) { sent.append((record, receipt)) }
                return sent
            }
            if all.count == 100 {
                for (index, (_, receipt)) in all.enumerated() {
                    if index == 7 {
                        receipt.end(.failure(SendError(.notWritten, .deadline, "late")))
                    } else {
                        receipt.end(.success(.delivered(partition: 0, offset: nil, timestamp: nil)))
                    }
                }
            }
            return receipts
        }
        let chain = RecoveryChain([DeadLetterTopicRecovery()], spool: nil, producer: producer)
        let answers = await chain.recover(items(60) + items(5, cause: .deadline) + items(40))
        let left = answers.indices.filter { answers[$0].taker != SendRecovered.deadLettered }
        #expect(left == [7, 60, 61, 62, 63, 64])
        #expect(answers[7].refusals.count == 1 && answers[60].refusals.first?.contains("did not answer") == true)
        let values = sent.withLock { $0.map { String(decoding: $0.record.value ?? [], as: UTF8.self) } }
        let expected = [60, 40].flatMap { count in (0..<count).map { String($0) } }
        #expect(values == expected)
    }

    @Test(.timeLimit(.minutes(1))) func whatMayBeSpooledDoesNotWaitForTheOthers() async {
        let inboxes = RecoveryInboxes()
        inboxes.post(items(3) + items(4, cause: .deadline, maySpool: true) + items(2))
        inboxes.post(items(1, cause: .deadline, maySpool: true))
        inboxes.finish()
        let taken = Mutex<[Int]>([])
        await inboxes.spoolable.run { items in taken.withLock { $0.append(items.count) } }
        #expect(taken.withLock { $0 } == [5], "the others are still there, and what waits is taken together")
        await inboxes.others.run { items in taken.withLock { $0.append(items.count) } }
        #expect(taken.withLock { $0 } == [5, 5])
    }
}
