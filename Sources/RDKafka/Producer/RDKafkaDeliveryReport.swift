import CRDKafka

/// What became of one record that was produced.
public struct RDKafkaDeliveryReport: Hashable, Sendable {
    /// Whether the record stands in the log. The error alone does not say: go by this.
    public enum Persistence: Hashable, Sendable {
        /// It does not, and never will.
        case notPersisted
        /// It may: it was sent, and no answer came.
        case possiblyPersisted
        /// It does.
        case persisted
    }

    /// What the caller gave when it produced the record.
    public var token: Int
    /// The partition that it was for.
    public var partition: Int32
    /// Its place in the log; `nil` if it has none or librdkafka does not know it (an idempotent producer's retry).
    public var offset: Int64?
    /// The record's timestamp, milliseconds since 1970.
    public var timestamp: Int64?
    /// Why it was not delivered.
    public var errorCode: RDKafkaError.Code?
    /// Whether it stands in the log.
    public var persistence: Persistence

    /// Why it was not delivered, in words too.
    public var error: RDKafkaError? { errorCode.map { RDKafkaError($0, isFatal: $0 == .fatal) } }
}

extension RDKafkaDeliveryReport {
    init(_ message: UnsafePointer<rd_kafka_message_t>) {
        token = Int(bitPattern: message.pointee._private)
        partition = message.pointee.partition
        offset = message.pointee.offset < 0 ? nil : message.pointee.offset
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &kind)
        timestamp = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0 ? nil : time
        errorCode = message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : RDKafkaError.Code(message.pointee.err)
        switch rd_kafka_message_status(message) {
        case RD_KAFKA_MSG_STATUS_PERSISTED: persistence = .persisted
        case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: persistence = .notPersisted
        default: persistence = .possiblyPersisted
        }
    }
}
