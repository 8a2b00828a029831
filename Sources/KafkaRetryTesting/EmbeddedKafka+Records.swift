public import KafkaRetry
public import RetryCore

extension EmbeddedKafka {
    /// Writes a record, stamped with the clock's time, and waits until the broker has it.
    ///
    /// - Returns: the record as it stands in its topic.
    /// - Throws: `missingTopic` for a topic that is not there; what the broker answers.
    @discardableResult
    public func send(_ record: ProducerRecord) async throws -> KafkaRecord { try await broker.write(record, time: clock.now) }

    /// Writes a record of text.
    @discardableResult
    public func send(
        _ topic: KafkaTopic, key: String? = nil, value: String, headers: KafkaHeaders = .init()
    ) async throws -> KafkaRecord {
        try await send(ProducerRecord(to: topic, key: key, value: value, headers: headers))
    }

    /// Writes a record whose value is `message` in JSON.
    @discardableResult
    public func send(
        _ topic: KafkaTopic, key: String? = nil, message: some Encodable, headers: KafkaHeaders = .init()
    ) async throws -> KafkaRecord {
        try await send(ProducerRecord(to: topic, key: key, message: message, headers: headers))
    }

    /// All that a topic holds now, partition by partition in order, without the library's own bookkeeping.
    ///
    /// - Throws: `missingTopic` for a topic that is not there.
    public func records(of topic: KafkaTopic) async throws -> [KafkaRecord] {
        try await broker.records(of: topic).filter { $0.headers.last(.retryMarker) == nil }
    }
}
