import RDKafka
import RetryCore

/// Sends a message to its dead letter topic, `X-Dead-Letter-Reason: undeliverable`, with what is known about its failure.
///
/// It declines what could not be sent in time: a cluster that did not take the message does not take its dead letter.
public struct DeadLetterTopicRecovery: KafkaRecoveryHandler {
    /// How long the dead letter may take.
    public var deadline: Duration

    /// A handler whose dead letters may take so long.
    public init(deadline: Duration = .seconds(5)) { self.deadline = deadline }

    /// Sends the dead letter; throws if it is not acknowledged in time.
    public func recover(_ undelivered: UndeliveredMessage, using producer: RecoveryProducer) async throws -> RecoveryOutcome {
        if undelivered.isOutage { throw Self.declined }
        try await producer.send(Self.deadLetter(undelivered, producer), deadline: deadline)
        return .deadLettered
    }

    /// The same for several messages, whose dead letters are in flight together, in their order.
    func recover(_ undelivered: [UndeliveredMessage], using producer: RecoveryProducer) async -> [Result<RecoveryOutcome, any Error>] {
        var receipts = producer.submit(undelivered.filter { !$0.isOutage }.map { Self.deadLetter($0, producer) }, deadline).makeIterator()
        var results: [Result<RecoveryOutcome, any Error>] = []
        for message in undelivered {
            guard !message.isOutage, let receipt = receipts.next() else {
                results.append(.failure(Self.declined))
                continue
            }
            do throws(SendError) {
                _ = try await receipt.outcome
                results.append(.success(.deadLettered))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    private static let declined = RecoveryDeclined("the dead letter topic's cluster is the one that did not answer")

    static func deadLetter(_ undelivered: UndeliveredMessage, _ producer: RecoveryProducer) -> ProducerRecord {
        let message = undelivered.message
        // It stands nowhere yet: no partition, no offset.
        let record = KafkaRecord(
            source: TopicPartition("", -1), offset: -1, timestamp: nil, key: message.key, value: message.value, headers: message.headers)
        let factory = RetryEntityFactory(sourceTopic: message.topic, group: "", service: producer.service)
        let headers = factory.headers(
            of: record, after: RetryFailure(type: "SendError", message: undelivered.reason),
            retriesMade: Int64(max(0, undelivered.attempts - 1)),
            now: SystemClock().now, to: .deadLetter(.undeliverable))
        return ProducerRecord(to: message.topic.deadLetter(producer.naming), key: message.key, value: message.value, headers: headers)
    }
}
