/// A record in a retry partition that holds what was done when it was written and did not fit into the commit's metadata.
///
/// It is written in the transaction that commits the metadata which names it, so that it counts exactly when that does.
public struct CompletionMarker: Hashable, Sendable {
    /// A random number, so that no other record is taken for this one.
    public var id: UInt64
    /// The group whose progress it is.
    public var group: String
    /// The partition that it stands in.
    public var partition: Int32
    /// The marker before it, whose runs count too.
    public var previous: MarkerReference?
    /// The offset from which the runs are written.
    var base: Int64
    var done: String

    init(id: UInt64, group: String, partition: Int32, previous: MarkerReference?, runs: OffsetRuns) {
        self.id = id
        self.group = group
        self.partition = partition
        self.previous = previous
        base = runs.first ?? 0
        done = String(decoding: runs.text(from: base), as: UTF8.self)
    }

    /// What is done by this marker alone.
    var runs: OffsetRuns? { OffsetRuns(text: done.utf8, from: base) }

    /// The record to write to `target`.
    public func record(for target: TopicPartition) -> OutgoingRecord {
        var text = "kr\(SavedProgress.version) id=\(String(id, radix: 16)) partition=\(partition) base=\(base)"
        if let previous { text += " previous=\(previous.text)" }
        if !done.isEmpty { text += " done=\(done)" }
        var headers = KafkaHeaders()
        headers.append(KafkaHeader.retryGroup.name, group)
        headers.append(KafkaHeader.retryMarker.name, String(id, radix: 16))
        return OutgoingRecord(target: target, key: nil, value: Array(text.utf8), headers: headers)
    }

    /// The marker of `group` that `record` is; `nil` if it is none.
    public init?(_ record: KafkaRecord, group: String) {
        guard let value = record.value else { return nil }
        var words = String(decoding: value, as: UTF8.self).split(separator: " ")[...]
        guard words.popFirst() == "kr\(SavedProgress.version)" else { return nil }
        var fields: [Substring: Substring] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            fields[word[..<equals]] = word[word.index(after: equals)...]
        }
        guard let id = fields["id"].flatMap({ UInt64($0, radix: 16) }), let partition = fields["partition"].flatMap({ Int32($0) }),
            partition == record.source.partition, let base = fields["base"].flatMap({ Int64($0) }), base >= 0
        else { return nil }
        self.id = id
        self.group = group
        self.partition = partition
        self.base = base
        done = fields["done"].map(String.init) ?? ""
        if let named = fields["previous"] {
            guard let previous = MarkerReference(text: named) else { return nil }
            self.previous = previous
        }
        guard runs != nil else { return nil }
    }
}
