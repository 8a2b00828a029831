extension HopPlanner {
    /// The record on its way back to the source topic, after so many retries and for the next.
    func republished(_ record: KafkaRecord, _ scan: HeaderScan, retriesMade made: Int64) -> OutgoingRecord {
        var headers = rewrite.carried(scan, without: Self.notRepublished)
        // On the source topic ours counts the retry that comes as made; Spring's counts the deliveries up to the one that comes, and adds
        // one when that fails.
        settings.dialect.write(retriesMade: settings.dialect == .spring ? made : made + 1, into: &headers)
        let partition = Partitioner.partition(of: record, count: sourceCount)
        return OutgoingRecord(target: source.sibling(partition), carrying: record, headers: headers)
    }

    /// The record on its way to the dead letter topic; its count of retries stays as it is.
    func deadLetter(
        _ record: KafkaRecord, _ scan: HeaderScan, _ reason: DeadLetterReason, explanation: String? = nil, withoutTexts: Bool = false
    ) -> OutgoingRecord {
        let spoken = HeaderDialect(of: scan)
        var dropped = Self.notDeadLettered
        if explanation != nil { dropped.formUnion(Self.latestMessage) }
        if withoutTexts { dropped.formUnion(.texts) }
        if spoken != settings.dialect { dropped.formUnion(HeaderSet(.retryCount, .springAttempts)) }
        var headers = rewrite.carried(scan, without: dropped)
        if spoken != settings.dialect, let made = spoken.retryCount(scan).readable {
            settings.dialect.write(retriesMade: made, into: &headers)
        }
        rewrite.repeatForDeadLetter(scan, without: dropped, into: &headers)
        if let explanation {
            headers.append(RetryField.latestMessage.header(in: settings.dialect), text: explanation, limit: TextLimit.message)
        }
        headers.append(.deadLetterReason, text: reason.rawValue, limit: TextLimit.name)
        return OutgoingRecord(target: deadLetterPlace(of: record), carrying: record, headers: headers)
    }

    /// Where a record goes on the dead letter topic.
    func deadLetterPlace(of record: KafkaRecord) -> TopicPartition {
        deadLetters.sibling(Partitioner.partition(of: record, count: deadLetterCount))
    }

    /// Where a record goes on the retry topic: a record that stands there keeps its partition.
    func retryPlace(of record: KafkaRecord) -> TopicPartition {
        retries.sibling(Partitioner.partition(of: record, count: retryCount))
    }

    /// What only we can know of a dead letter; `nil` for reasons that leave the failure as it came.
    func explanation(_ reason: DeadLetterReason, _ scan: HeaderScan, due: Timestamp?, now: Timestamp) -> String? {
        let dialect = HeaderDialect(of: scan)
        if reason == .malformedHeader { return dialect.malformed(scan)?.description }
        guard reason == .dueOutOfRange, let due else { return nil }
        let named = scan.has(dialect.dueHeader) ? "\(dialect.dueHeader.name) is" : "the record's time and the policy's delay make it due at"
        return "\(named) \(due), further ahead of \(now) than the horizon of \(settings.horizon)"
    }

    private static let notRepublished = HeaderSet(.retryCount, .springAttempts, .deadLetterReason).union(.retryTopicOnly)
    private static let notDeadLettered = HeaderSet(.deadLetterReason).union(.retryTopicOnly)
    private static let latestMessage = HeaderSet(.retryExceptionMessage, .springDeadExceptionMessage)
}
