import KafkaRetry
import RetryCore

/// One record from its first place to where it is now: its copies on the retry and dead letter topic, and what its handlings came to.
struct RecordHistory: Sendable {
    let record: KafkaRecord
    let attempts: [Journal.Attempt]
    /// Its copies on the retry topic, in the order in which they were written.
    let retries: [KafkaRecord]
    let deadLetters: [KafkaRecord]

    init(of record: KafkaRecord, in content: Journal.Content, retries: [KafkaRecord], deadLetters: [KafkaRecord]) {
        self.record = record
        attempts = content.attempts.filter { record.isSame(as: $0.record) }
        self.retries = retries.filter(record.isSame).sorted { $0.entity.retryCount < $1.entity.retryCount }
        self.deadLetters = deadLetters.filter(record.isSame)
    }

    /// The copy whose retry has not begun.
    var waiting: KafkaRecord? {
        guard deadLetters.isEmpty, let last = retries.last else { return nil }
        return attempts.contains { $0.record.source == last.source && $0.record.offset == last.offset } ? nil : last
    }

    /// The handling with which it was done, once that is committed.
    var handled: Journal.Attempt? { attempts.last(where: \.isHandled) }
}

extension KafkaRecord {
    var entity: RetryEntity { (try? RetryEntityFactory.entity(of: headers)) ?? RetryEntity() }

    /// Whether `other` is this record or, as its headers say, a copy of it. Where headers say nothing, a copy is what is equal.
    func isSame(as other: KafkaRecord) -> Bool {
        if other.source == source, other.offset == offset { return true }
        let entity = other.entity
        guard let topic = entity.originalTopic, let partition = entity.originalPartition, let place = entity.originalOffset else {
            return other.key == key && other.value == value && other.source.topic != source.topic
                && headers.carried == other.headers.carried
        }
        return TopicPartition(topic, partition) == source && place == offset
    }
}
