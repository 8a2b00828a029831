/// The name of a header. A name that a record carries need not be UTF-8; one that is written here is.
public struct KafkaHeader: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name, byte for byte as it stands in a record: upper and lower case differ.
    public let name: String

    /// The header with this name.
    public init(_ name: String) { self.name = name }

    /// The header with this name.
    public init(stringLiteral name: String) { self.init(name) }

    init(_ known: KnownHeader) { self.init(known.name.description) }

    /// The name.
    public var description: String { name }

    /// `message-type`: the platforms' own, which says what a payload is. Carried like any other.
    public static let messageType: KafkaHeader = "message-type"

    /// Carried through, never made up.
    public static let correlationID = KafkaHeader(.correlationID)
    /// Retries already made, in decimal; absent is 0.
    public static let retryCount = KafkaHeader(.retryCount)
    /// On the retry topic only: milliseconds since 1970, in decimal.
    public static let nextRetryTimestamp = KafkaHeader(.nextRetryTimestamp)
    /// The source topic.
    public static let originalTopic = KafkaHeader(.originalTopic)
    /// The source topic's partition, in decimal.
    public static let originalPartition = KafkaHeader(.originalPartition)
    /// The offset in the source topic, in decimal.
    public static let originalOffset = KafkaHeader(.originalOffset)
    /// The record's time in the source topic: milliseconds since 1970, in decimal.
    public static let originalTimestamp = KafkaHeader(.originalTimestamp)
    /// The service that failed it.
    public static let exceptionService = KafkaHeader(.exceptionService)
    /// The ID of the facility for which it failed.
    public static let exceptionFacilityID = KafkaHeader(.exceptionFacilityID)
    /// The type of the first failure.
    public static let exceptionType = KafkaHeader(.exceptionType)
    /// The message of the first failure, at most 1,024 bytes.
    public static let exceptionMessage = KafkaHeader(.exceptionMessage)
    /// The message of the latest failure, at most 1,024 bytes.
    public static let retryExceptionMessage = KafkaHeader(.retryExceptionMessage)
    /// When it failed first: milliseconds since 1970, in decimal.
    public static let firstFailureTimestamp = KafkaHeader(.firstFailureTimestamp)
    /// When it failed last: milliseconds since 1970, in decimal.
    public static let lastFailureTimestamp = KafkaHeader(.lastFailureTimestamp)
    /// On the retry topic only: the consumer group that wrote it there.
    public static let retryGroup = KafkaHeader(.retryGroup)
    /// On the retry topic only: bookkeeping of the group that `X-Retry-Group` names, not a message.
    public static let retryMarker = KafkaHeader(.retryMarker)
    /// On the dead letter topic: a ``DeadLetterReason``.
    public static let deadLetterReason = KafkaHeader(.deadLetterReason)
}
