import RDKafka
import RetryCore

/// What each error of a produce request or of librdkafka's queue means for a message. Whether it was written says the report's status,
/// never this table.
enum ProduceFailures {
    struct Row {
        var codes: [RDKafkaError.Code]
        var failure: SendFailure
        /// Where the rule is from.
        var source: String
    }

    static func failure(_ code: RDKafkaError.Code) -> SendFailure { byCode[code] ?? .transient }

    static let rows = [
        Row(codes: [.purgedInQueue, .purgedInFlight], failure: .purged, source: "rdkafka.h, rd_kafka_purge: we asked for it"),
        Row(
            codes: [.msgSizeTooLarge, .recordListTooLarge], failure: .refused,
            source: "kafka protocol: 10 and 18, not retriable; max.message.bytes, segment.bytes; names every record of its request"),
        Row(codes: [.invalidRecord], failure: .refused, source: "kafka protocol: 87; a compacted topic's record without key"),
        Row(codes: [.invalidTimestamp], failure: .refused, source: "kafka protocol: 32; message.timestamp.after.max.ms"),
        Row(
            codes: [.topicAuthorizationFailed, .clusterAuthorizationFailed], failure: .permanent,
            source: "kafka protocol: 29 and 31, not retriable"),
        Row(codes: [.invalidTopic], failure: .permanent, source: "kafka protocol: 17"),
        Row(codes: [.invalidRequiredAcks], failure: .permanent, source: "kafka protocol: 21"),
        Row(
            codes: [.unsupportedForMessageFormat, .unsupportedCompressionType, .policyViolation], failure: .permanent,
            source: "kafka protocol: 43, 76 and 44, not retriable"),
        Row(codes: [.invalidArgument, .badMessage], failure: .permanent, source: "rdkafka.h: the message itself cannot be"),
        Row(
            codes: [.unknownPartition], failure: .transient, source: "a topic made anew with fewer partitions: its count is asked for again"
        ),
        Row(
            codes: [.unknownTopic, .unknownTopicOrPart], failure: .transient,
            source: "kafka protocol: 3, retriable; a topic deleted and made anew"),
        Row(
            codes: [.notEnoughReplicas, .notLeader, .requestTimedOut, .messageTimedOut, .timedOut, .transport, .allBrokersDown],
            failure: .transient, source: "kafka protocol: retriable; librdkafka retries them itself while it may"),
        Row(codes: [.throttlingQuotaExceeded], failure: .transient, source: "kafka protocol: 89, retriable; librdkafka does not"),
        Row(
            codes: [.authentication, .saslAuthenticationFailed], failure: .permanent,
            source: "KIP-152: wrong credentials stay wrong until somebody mends them"),
    ]

    private static let byCode: [RDKafkaError.Code: SendFailure] = Dictionary(
        rows.flatMap { row in row.codes.map { ($0, row.failure) } }
    ) { first, _ in first }
}

extension SendVerdict {
    /// What a delivery report says.
    init(_ report: RDKafkaDeliveryReport, instanceFailed: Bool) {
        guard let code = report.errorCode, report.persistence != .persisted else {
            self = .delivered
            return
        }
        // An instance that is lost takes everything with it, which is no fault of the message.
        let failure: SendFailure = instanceFailed || code == .fatal ? .purged : ProduceFailures.failure(code)
        // An earlier attempt of a message that is refused now may have arrived before its connection broke.
        self = report.persistence == .notPersisted ? .notWritten(failure) : .maybeWritten(failure)
    }
}
