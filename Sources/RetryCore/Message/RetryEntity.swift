/// What the headers say of a record that failed, in either dialect. What is missing or cannot be read is `nil`.
public struct RetryEntity: Hashable, Sendable {
    /// Carried from hop to hop, never made up.
    public var correlationID: String?
    /// Retries already made.
    public var retryCount: Int64 = 0
    /// When the next retry is due.
    public var due: Timestamp?
    /// The source topic.
    public var originalTopic: String?
    /// Its partition there.
    public var originalPartition: Int32?
    /// Its offset there.
    public var originalOffset: Int64?
    /// Its time there.
    public var originalTimestamp: Timestamp?
    /// The service that failed it.
    public var service: String?
    /// The facility for which it failed.
    public var facilityID: String?
    /// The type of the first failure.
    public var exceptionType: String?
    /// The message of the first failure.
    public var exceptionMessage: String?
    /// The message of the latest failure.
    public var retryExceptionMessage: String?
    /// When it failed first.
    public var firstFailure: Timestamp?
    /// When it failed last.
    public var lastFailure: Timestamp?
    /// The consumer group that wrote it to the retry topic.
    public var retryGroup: String?
    /// Why it is a dead letter; an unknown reason is `nil`.
    public var deadLetterReason: DeadLetterReason?
    /// Whether it is bookkeeping, not a message.
    public var isMarker = false

    /// The entity of a record that never failed.
    public init() {}
}
