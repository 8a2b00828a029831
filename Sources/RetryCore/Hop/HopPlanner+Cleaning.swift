extension HopPlanner {
    /// The same record again, for the end of its own retry partition, so that the log behind it can be let go. When it is due is
    /// said by a header from now on, and no longer depends on where the record stands or when it was written; the group that it is
    /// then due for is ours. A record whose headers cannot be read is copied as it is, so that its fate stays the same.
    public func reappend(_ record: KafkaRecord, due: Timestamp) -> OutgoingRecord {
        record.scanHeaders { scan in
            let spoken = HeaderDialect(of: scan)
            var headers: KafkaHeaders
            if spoken.malformed(scan) != nil {
                headers = KafkaHeaders()
                headers.append(scan, without: HeaderSet(.retryGroup))
            } else {
                headers = rewrite.carried(scan, without: Self.notReappended)
                settings.dialect.write(retriesMade: spoken.retryCount(scan).readable ?? 0, into: &headers)
                settings.dialect.write(due: due, into: &headers)
            }
            headers.append(.retryGroup, text: settings.group, limit: TextLimit.group)
            return OutgoingRecord(target: record.source, carrying: record, headers: headers)
        }
    }

    private static let notReappended = HeaderSet(.retryCount, .springAttempts, .deadLetterReason).union(.retryTopicOnly)
}
