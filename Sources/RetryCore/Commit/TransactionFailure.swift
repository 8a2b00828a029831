/// Why a step of a transaction did not succeed, as far as it decides what to do next. One code has different meanings in
/// different calls, so that librdkafka's flags decide (measured: `_TIMED_OUT` of a commit is retriable or abortable).
public struct TransactionFailure: Error, Hashable, Sendable {
    /// What librdkafka's flags allow.
    public enum Disposition: Hashable, Sendable {
        /// The producer is of no more use and the outcome is unknown.
        case fatal
        /// The transaction can only be aborted.
        case abortable
        /// The same call again may succeed; any other call is wrong.
        case retriable
    }

    /// Causes that ask for more than their disposition says.
    public enum Cause: Hashable, Sendable {
        /// The group's generation has moved on since the batch was closed.
        case outdatedGeneration
        /// The broker allows less metadata beside an offset than was sent.
        case metadataTooLarge
        /// Anything else.
        case other
    }

    /// What can be done.
    public var disposition: Disposition
    /// Why.
    public var cause: Cause
    /// For logs.
    public var reason: String

    /// A failure.
    public init(_ disposition: Disposition, cause: Cause = .other, reason: String) {
        self.disposition = disposition
        self.cause = cause
        self.reason = reason
    }
}

/// What became of a batch's records.
public struct ProduceReport: Sendable {
    /// The records that the broker refused (too large, invalid), or that stood in a produce request with such a one, by index.
    public var refused: [Int: String] = [:]
    /// The records whose target was not to be had just now (unknown topic, no authorisation), by index.
    public var unavailable: [Int: String] = [:]
    /// The records that failed for a reason that is not theirs, such as a time-out, by index.
    public var failed: [Int: String] = [:]
    /// The records that were given up because their transaction had failed, by index: whose fault that was is not said.
    public var purged: [Int: String] = [:]
    /// Where records were written, by index; those of ``HopBatch/toldIndices`` at least. Missing or -1: not told.
    public var offsets: [Int: Int64] = [:]
    /// Set when the producer itself failed.
    public var failure: TransactionFailure?

    /// All written.
    public init() {}

    var isClean: Bool { refused.isEmpty && unavailable.isEmpty && failed.isEmpty && purged.isEmpty && failure == nil }

    /// What is told against the record at this index.
    func trouble(at index: Int) -> String? { refused[index] ?? unavailable[index] ?? failed[index] ?? purged[index] }

    /// Whether the transaction failed for a reason that no record names.
    var isUnexplained: Bool { !purged.isEmpty && refused.isEmpty && unavailable.isEmpty && failed.isEmpty && failure == nil }

    /// Why it is not clean, for logs.
    var reason: String? {
        failure?.reason ?? refused.first?.value ?? unavailable.first?.value ?? failed.first?.value ?? purged.first?.value
    }
}
