/// The headers that a hop understands, each with its number, so that a record's headers are looked at once and its own
/// bookkeeping found without making a string. The one place where their names are spelt.
enum KnownHeader: UInt8, CaseIterable {
    case correlationID, retryCount, nextRetryTimestamp
    case originalTopic, originalPartition, originalOffset, originalTimestamp
    case exceptionService, exceptionFacilityID, exceptionType, exceptionMessage, retryExceptionMessage
    case firstFailureTimestamp, lastFailureTimestamp
    case retryGroup, retryMarker, deadLetterReason

    case springAttempts, springBackoffTimestamp, springRetryOriginalTimestamp
    case springOriginalTopic, springOriginalPartition, springOriginalOffset, springOriginalTimestamp, springOriginalTimestampType
    case springExceptionType, springExceptionCauseType, springExceptionMessage, springExceptionStackTrace
    case springKeyExceptionType, springKeyExceptionMessage, springKeyExceptionStackTrace
    case springDeadOriginalTopic, springDeadOriginalPartition, springDeadOriginalOffset
    case springDeadOriginalTimestamp, springDeadOriginalTimestampType, springDeadOriginalGroup
    case springDeadExceptionType, springDeadExceptionCauseType, springDeadExceptionMessage, springDeadExceptionStackTrace
    case springDeadKeyExceptionType, springDeadKeyExceptionMessage, springDeadKeyExceptionStackTrace

    /// How many there are.
    static let total = Int(springDeadKeyExceptionStackTrace.rawValue) + 1

    /// The name as it stands in a record.
    var name: StaticString {
        switch self {
        case .correlationID: "X-Correlation-Id"
        case .retryCount: "X-Retry-Count"
        case .nextRetryTimestamp: "X-Next-Retry-Timestamp"
        case .originalTopic: "X-Original-Topic"
        case .originalPartition: "X-Original-Partition"
        case .originalOffset: "X-Original-Offset"
        case .originalTimestamp: "X-Original-Timestamp"
        case .exceptionService: "X-Exception-Service"
        case .exceptionFacilityID: "X-Exception-Facility-Id"
        case .exceptionType: "X-Exception-Type"
        case .exceptionMessage: "X-Exception-Message"
        case .retryExceptionMessage: "X-Retry-Exception-Message"
        case .firstFailureTimestamp: "X-First-Failure-Timestamp"
        case .lastFailureTimestamp: "X-Last-Failure-Timestamp"
        case .retryGroup: "X-Retry-Group"
        case .retryMarker: "X-Retry-Marker"
        case .deadLetterReason: "X-Dead-Letter-Reason"
        case .springAttempts: "retry_topic-attempts"
        case .springBackoffTimestamp: "retry_topic-backoff-timestamp"
        case .springRetryOriginalTimestamp: "retry_topic-original-timestamp"
        case .springOriginalTopic: "kafka_original-topic"
        case .springOriginalPartition: "kafka_original-partition"
        case .springOriginalOffset: "kafka_original-offset"
        case .springOriginalTimestamp: "kafka_original-timestamp"
        case .springOriginalTimestampType: "kafka_original-timestamp-type"
        case .springExceptionType: "kafka_exception-fqcn"
        case .springExceptionCauseType: "kafka_exception-cause-fqcn"
        case .springExceptionMessage: "kafka_exception-message"
        case .springExceptionStackTrace: "kafka_exception-stacktrace"
        case .springKeyExceptionType: "kafka_key-exception-fqcn"
        case .springKeyExceptionMessage: "kafka_key-exception-message"
        case .springKeyExceptionStackTrace: "kafka_key-exception-stacktrace"
        case .springDeadOriginalTopic: "kafka_dlt-original-topic"
        case .springDeadOriginalPartition: "kafka_dlt-original-partition"
        case .springDeadOriginalOffset: "kafka_dlt-original-offset"
        case .springDeadOriginalTimestamp: "kafka_dlt-original-timestamp"
        case .springDeadOriginalTimestampType: "kafka_dlt-original-timestamp-type"
        case .springDeadOriginalGroup: "kafka_dlt-original-consumer-group"
        case .springDeadExceptionType: "kafka_dlt-exception-fqcn"
        case .springDeadExceptionCauseType: "kafka_dlt-exception-cause-fqcn"
        case .springDeadExceptionMessage: "kafka_dlt-exception-message"
        case .springDeadExceptionStackTrace: "kafka_dlt-exception-stacktrace"
        case .springDeadKeyExceptionType: "kafka_dlt-key-exception-fqcn"
        case .springDeadKeyExceptionMessage: "kafka_dlt-key-exception-message"
        case .springDeadKeyExceptionStackTrace: "kafka_dlt-key-exception-stacktrace"
        }
    }

    /// The name's bytes, which live as long as the program.
    var nameBytes: UnsafeRawBufferPointer {
        let name = name
        return UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
}
