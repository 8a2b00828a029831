import RDKafka
import RetryCore

/// The thread on which a committer blocks.
actor CommitThread {
    private let executor = BlockingExecutor("retry-commit")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let pause = Mailbox<Never>()

    /// Carries out steps until the mailbox is closed, and posts what became of each.
    func run(
        _ steps: Mailbox<CommitStep>, stop: StopFlag, answers: Mailbox<MemberInput>, makeCommitter: @Sendable () -> any HopCommitter
    ) {
        let committer = makeCommitter()
        while let taken = steps.take(timeout: nil) {
            for step in taken {
                switch step {
                case .produce(let batch): answers.post(.produced(committer.produce(batch), batch: batch.number))
                case .sendOffsets(let commits, let group):
                    answers.post(.offsetsSent(paced(committer.sendOffsets(commits, group: group))))
                case .commit: answers.post(.committed(paced(committer.commit())))
                case .abort: answers.post(.aborted(paced(committer.abort())))
                case .recover:
                    do throws(KafkaRetryError) {
                        try committer.recover(isCancelled: { stop.isSet })
                        answers.post(.recovered)
                    } catch {
                        answers.post(.failed(error))
                    }
                }
            }
        }
    }

    /// A call that is to be made again is not made again at once: some brokers' answers come in microseconds.
    private func paced(_ failure: TransactionFailure?) -> TransactionFailure? {
        if failure?.disposition == .retriable { _ = pause.take(timeout: .milliseconds(50)) }
        return failure
    }
}
