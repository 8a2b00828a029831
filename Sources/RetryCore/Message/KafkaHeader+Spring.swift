/// Spring for Apache Kafka's names, from its `RetryTopicHeaders` and `KafkaHeaders`.
extension KafkaHeader {
    /// A big-endian `Int32` that counts the delivery to come.
    public static let springAttempts = KafkaHeader(.springAttempts)
    /// When it is due: milliseconds since 1970, a big-endian integer of up to 8 bytes.
    public static let springBackoffTimestamp = KafkaHeader(.springBackoffTimestamp)
    /// The time of the record that failed first: milliseconds since 1970, a big-endian integer of up to 8 bytes.
    public static let springRetryOriginalTimestamp = KafkaHeader(.springRetryOriginalTimestamp)
    /// The source topic.
    public static let springOriginalTopic = KafkaHeader(.springOriginalTopic)
    /// The source topic's partition, a big-endian `Int32`.
    public static let springOriginalPartition = KafkaHeader(.springOriginalPartition)
    /// The offset in the source topic, a big-endian `Int64`.
    public static let springOriginalOffset = KafkaHeader(.springOriginalOffset)
    /// The record's time in the source topic: milliseconds since 1970, a big-endian `Int64`.
    public static let springOriginalTimestamp = KafkaHeader(.springOriginalTimestamp)
    /// `CreateTime` or `LogAppendTime`.
    public static let springOriginalTimestampType = KafkaHeader(.springOriginalTimestampType)
    /// The failure's class.
    public static let springExceptionType = KafkaHeader(.springExceptionType)
    /// The class of what caused the failure.
    public static let springExceptionCauseType = KafkaHeader(.springExceptionCauseType)
    /// The failure's message.
    public static let springExceptionMessage = KafkaHeader(.springExceptionMessage)
    /// The failure's stack trace.
    public static let springExceptionStackTrace = KafkaHeader(.springExceptionStackTrace)
    /// On a dead letter topic: the source topic.
    public static let springDeadOriginalTopic = KafkaHeader(.springDeadOriginalTopic)
    /// On a dead letter topic: the source topic's partition, a big-endian `Int32`.
    public static let springDeadOriginalPartition = KafkaHeader(.springDeadOriginalPartition)
    /// On a dead letter topic: the offset in the source topic, a big-endian `Int64`.
    public static let springDeadOriginalOffset = KafkaHeader(.springDeadOriginalOffset)
    /// On a dead letter topic: the record's time in the source topic, a big-endian `Int64`.
    public static let springDeadOriginalTimestamp = KafkaHeader(.springDeadOriginalTimestamp)
    /// The consumer group that failed it.
    public static let springDeadOriginalGroup = KafkaHeader(.springDeadOriginalGroup)
    /// On a dead letter topic: the failure's class.
    public static let springDeadExceptionType = KafkaHeader(.springDeadExceptionType)
    /// On a dead letter topic: the latest failure's message.
    public static let springDeadExceptionMessage = KafkaHeader(.springDeadExceptionMessage)
    /// On a dead letter topic: the latest failure's stack trace.
    public static let springDeadExceptionStackTrace = KafkaHeader(.springDeadExceptionStackTrace)
}
