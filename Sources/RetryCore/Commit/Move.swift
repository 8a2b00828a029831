/// One record on its way out of its old place: what to write, and which offset is then done. Both or neither.
public struct Move: Sendable {
    /// What becomes of the record.
    public enum Kind: Hashable, Sendable {
        /// It goes to its source topic for the next try.
        case republished
        /// It goes to the dead letter topic.
        case deadLettered(DeadLetterReason)
        /// It goes to the tail of its own partition, so that the log's head can be let go.
        case cleaned
    }

    /// How far the search for a form that the broker takes has come (DESIGN.md, the commit, rule 5).
    enum Stage: Int, Sendable { case whole, alone, stripped, refused }

    /// Where it stands in the retry partition.
    public var offset: Int64
    /// When it was due.
    public var due: Timestamp
    /// The record as it was read.
    public var record: KafkaRecord
    /// What is to be written; `nil` if it has been written already, and only the offset is still to be saved.
    public var output: OutgoingRecord?
    /// What becomes of it.
    public var kind: Kind
    var stage = Stage.whole
    /// Not to be tried before: its target was not to be had.
    var notBefore = Timestamp.distantPast
    var failures = 0

    /// When it may go. A clock that was set back makes what was due wait again, but not what has been written.
    var ready: Timestamp { kind == .cleaned || output == nil ? notBefore : max(notBefore, due) }

    /// What it counts against the memory bound.
    var size: Int { record.residentSize }
}

extension KafkaRecord {
    /// What keeping it costs, in bytes: its content and about what the allocations around it take.
    public var residentSize: Int { 256 + (key?.count ?? 0) + (value?.count ?? 0) + headers.byteCount }
}
