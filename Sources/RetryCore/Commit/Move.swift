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
        /// A handler is done with it; what is written is the handler's.
        case handled
        /// A handler failed, and it goes to the retry topic.
        case retried
    }

    /// How far the search for a form that the broker takes has come (DESIGN.md, the commit, rule 5).
    enum Stage: Int, Sendable { case whole, alone, stripped, refused }

    /// Where it stands in its partition.
    public var offset: Int64
    /// When it was due.
    public var due: Timestamp
    /// The record as it was read.
    public var record: KafkaRecord
    /// What is to be written; `nil` if it has been written already, and only the offset is still to be saved.
    public var output: OutgoingRecord?
    /// What else a handler wants written in the same transaction.
    public var further: [OutgoingRecord] = []
    /// What becomes of it.
    public var kind: Kind
    /// Where a record that is cleaned was written again, once that is told.
    var newOffset: Int64?
    /// The last batch that it was in, if that was not committed.
    var batch: Int?
    var stage = Stage.whole
    /// Not to be tried before: its target was not to be had.
    var notBefore = Timestamp.distantPast
    var failures = 0
    /// A handler decided about it: it is never planned anew, and goes though its partition is about to leave.
    var isOutcome = false

    /// Whether only its offset is still to be saved.
    var isWritten: Bool { output == nil }

    /// Whether it goes though nothing is fired any more.
    var isOwed: Bool { isWritten || isOutcome }

    /// All that it is written to.
    var targets: [TopicPartition] { (output.map { [$0.target] } ?? []) + further.map(\.target) }

    /// The topic that the n-th of its records goes to.
    func target(at index: Int) -> String {
        (index == 0 ? output : further.indices.contains(index - 1) ? further[index - 1] : nil)?.target.topic ?? ""
    }

    /// Where it stands among a batch's records if its first one stands at `index`.
    func indices(from index: Int?) -> Range<Int> { index.map { $0..<$0 + 1 + further.count } ?? 0..<0 }

    /// When it may go. A clock that was set back makes what was due wait again, but not what has been written.
    var ready: Timestamp { kind == .cleaned || isOwed ? notBefore : max(notBefore, due) }

    /// How long a target that was not to be had is left alone.
    static func pause(_ first: Duration, after failures: Int) -> Duration { first * (1 << min(failures, 8)) }

    /// What it counts against the memory bound.
    var size: Int {
        guard isOutcome else { return record.residentSize }
        return further.reduce(record.residentSize + (output?.byteCount ?? 0)) { $0 + $1.byteCount }
    }

    /// How many records it writes.
    var recordCount: Int { 1 + further.count }
}
