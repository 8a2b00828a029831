import RDKafka
import RetryCore

/// Asks how many partitions topics have. Blocks a thread of its own.
actor TopicCounter {
    private let executor = BlockingExecutor("retry-topics")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let wanted: Mailbox<(String, RDKafkaProducer)>
    private let answers: Mailbox<ProducerInput>
    /// A topic that was just created may be news to the broker that is asked.
    private static let patience: Duration = .seconds(3)

    init(_ wanted: Mailbox<(String, RDKafkaProducer)>, answers: Mailbox<ProducerInput>) {
        self.wanted = wanted
        self.answers = answers
    }

    /// Answers until the mailbox is closed.
    func run() {
        var missingSince: [String: ContinuousClock.Instant] = [:]
        var open: [String: RDKafkaProducer] = [:]
        while let asked = wanted.take(timeout: open.isEmpty ? nil : .milliseconds(100)) {
            for (topic, producer) in asked { open[topic] = producer }
            for (topic, producer) in open {
                // Closed meanwhile: each may take its whole time-out.
                guard let others = wanted.take(timeout: .zero) else { return }
                for (topic, producer) in others { open[topic] = producer }
                let since = ContinuousClock.now
                do throws(RDKafkaError) {
                    let count = try producer.describe(topic: topic, timeout: .seconds(2)).partitionCount
                    answers.post(.counted(topic, .success(Int32(clamping: count))))
                    open[topic] = nil
                    missingSince[topic] = nil
                } catch {
                    guard isFinal(error.code, topic, &missingSince) else {
                        // One connection that breaks says nothing.
                        if since.duration(to: .now) >= .seconds(1) { answers.post(.unreachable(error)) }
                        continue
                    }
                    answers.post(.counted(topic, .failure(error)))
                    open[topic] = nil
                }
            }
        }
    }

    private func isFinal(_ code: RDKafkaError.Code, _ topic: String, _ missingSince: inout [String: ContinuousClock.Instant]) -> Bool {
        if ProduceFailures.failure(code) == .permanent { return true }
        guard code == .unknownTopicOrPart || code == .unknownTopic else { return false }
        let since = missingSince[topic] ?? ContinuousClock.now
        missingSince[topic] = since
        return since.duration(to: .now) >= Self.patience
    }
}
