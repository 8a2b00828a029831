import KafkaRetry

/// What somebody wants done to a spool.
struct SpoolChange: Sendable {
    enum Kind: Sendable {
        case append([SpoolEntry])
        case remove([Int64])
        case noteMayBeWritten([Int64])
    }

    /// Under which its outcome is asked for.
    var ticket: UInt64
    var kind: Kind
    /// The room that it needs.
    var bytes: Int64 = 0
}
