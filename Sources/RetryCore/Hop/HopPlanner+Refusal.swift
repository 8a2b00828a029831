/// What is tried when a broker refuses a record: first without its texts, then as a dead letter without them.
extension HopPlanner {
    /// The same record without its free texts: messages of failures and stack traces, in both dialects.
    public func stripped(_ record: OutgoingRecord) -> OutgoingRecord {
        var stripped = record
        stripped.headers = record.headers.filter { name, _ in KnownHeader(name: name).map { !HeaderSet.texts.has($0) } ?? true }
        return stripped
    }

    /// The dead letter of a record that the broker would not take elsewhere, with the reason `refused` and without free texts.
    public func refused(_ record: KafkaRecord) -> OutgoingRecord {
        record.scanHeaders { deadLetter(record, $0, .refused, withoutTexts: true) }
    }
}
