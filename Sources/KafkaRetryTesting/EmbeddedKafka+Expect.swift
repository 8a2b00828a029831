import KafkaRetry
public import RetryCore
import Synchronization

extension EmbeddedKafka {
    /// Waits until a record has come to what is expected, and moves the clock on to its retries' due times meanwhile.
    ///
    /// - Parameters:
    ///   - topic: the record's source topic.
    ///   - key: its key. Of several records with this key the last one is meant: see ``expect(_:_:within:showingValues:)`` for others.
    ///   - patience: how long to wait, in real time, for what may still come.
    ///   - showingValues: whether a failure's text may hold what is in the record.
    /// - Throws: ``ExpectationFailure`` as soon as something else has become of it, or when patience is over.
    public func expect(
        _ topic: KafkaTopic, key: String, _ expectation: RecordExpectation, within patience: Duration = .seconds(30),
        showingValues: Bool = false
    ) async throws {
        try await expect("\(topic) with key '\(key)'", of: topic, expectation, patience, showingValues) { [self] in
            try await records(of: topic).last { $0.key == Array(key.utf8) }
        }
    }

    /// The same for a record that ``send(_:)`` has returned. It may have been sent to a retry topic.
    public func expect(
        _ record: KafkaRecord, _ expectation: RecordExpectation, within patience: Duration = .seconds(30), showingValues: Bool = false
    ) async throws {
        let topic = KafkaTopic(record.source.topic)
        let source = namings.withLock { $0.first { $0.key.retry($0.value) == topic }?.key } ?? topic
        try await expect("\(record.source) at \(record.offset)", of: source, expectation, patience, showingValues) { record }
    }

    private func expect(
        _ name: String, of topic: KafkaTopic, _ expectation: RecordExpectation, _ patience: Duration, _ showsValues: Bool,
        find: @escaping @Sendable () async throws -> KafkaRecord?
    ) async throws {
        let failure = try await withThrowingTaskGroup(of: ExpectationFailure?.self) { group in
            group.addTask { [self] in
                let account = RecordAccount(start: clock.start, showsValues: showsValues)
                for await _ in journal.changes() {
                    guard let record = try await find() else { continue }
                    let history = try await history(of: record, topic)
                    switch RecordVerdict(expectation, history) {
                    case .met: return nil
                    case .failed(let reason):
                        return ExpectationFailure(
                            summary: "\(name) was expected to be \(expectation), but \(reason)", steps: account.steps(history))
                    case .open:
                        if let (listener, error) = journal.content.failures.first {
                            let end = "the listener of group \(listener.group) has ended: \(error)"
                            return ExpectationFailure(
                                summary: "\(name) was expected to be \(expectation), but \(end)", steps: account.steps(history))
                        }
                        if let due = history.waiting?.entity.due { clock.advance(to: due) }
                    }
                }
                return nil
            }
            group.addTask { [self] in
                try await Task.sleep(for: patience)
                let account = RecordAccount(start: clock.start, showsValues: showsValues)
                let summary = "\(name) was expected to be \(expectation), and is not after \(patience)"
                guard let record = try await find() else {
                    return ExpectationFailure(summary: summary, steps: ["there is no such record"])
                }
                let history = try await history(of: record, topic)
                let nobody = history.attempts.isEmpty && namings.withLock { $0[topic] == nil }
                return ExpectationFailure(
                    summary: summary, steps: account.steps(history) + (nobody ? ["no listener has been started for \(topic)"] : []))
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        if let failure { throw failure }
    }

    private func history(of record: KafkaRecord, _ topic: KafkaTopic) async throws -> RecordHistory {
        let naming = namings.withLock { $0[topic] } ?? .standard
        // What is read after the journal is never older than what the journal tells.
        let content = journal.content
        var copies: [[KafkaRecord]] = []
        for topic in [topic.retry(naming), topic.deadLetter(naming)] {
            copies.append(await broker.has(topic) ? try await records(of: topic) : [])
        }
        return RecordHistory(of: record, in: content, retries: copies[0], deadLetters: copies[1])
    }
}
