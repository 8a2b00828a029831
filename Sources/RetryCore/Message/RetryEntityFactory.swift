/// Makes a ``RetryEntity`` from headers, and headers from a failure.
public struct RetryEntityFactory: Sendable {
    /// The dialect that is written; both are read.
    public var dialect: HeaderDialect
    /// The source topic: who reads a record there knows where it stood.
    public var sourceTopic: KafkaTopic
    /// The consumer group that writes to the retry topic.
    public var group: String
    /// The name of the service that handles records; `nil` leaves what the record says.
    public var service: String?

    /// A factory for what `group` fails to handle from `sourceTopic`.
    public init(sourceTopic: KafkaTopic, group: String, service: String? = nil, dialect: HeaderDialect = .link) {
        self.sourceTopic = sourceTopic
        self.group = group
        self.service = service
        self.dialect = dialect
    }

    /// What the headers say. Throws if the count of retries or the due time is there and cannot be read; all else that cannot be
    /// read counts as missing.
    public static func entity(of headers: KafkaHeaders) throws(MalformedHeader) -> RetryEntity {
        try headers.scan { scan -> Result<RetryEntity, MalformedHeader> in
            if let malformed = HeaderDialect(of: scan).malformed(scan) { return .failure(malformed) }
            return .success(RetryEntity(scan))
        }.get()
    }

    /// The headers of a record after its handling failed at `now`, when `retriesMade` retries had been made: the first failure is
    /// kept, the latest replaced; where the record stood in the source topic is written if this is there and nobody wrote it before.
    public func headers(
        of record: KafkaRecord, after failure: RetryFailure, retriesMade: Int64, now: Timestamp, to destination: RetryDestination
    ) -> KafkaHeaders {
        record.scanHeaders { scan in
            let rewrite = HeaderRewrite(dialect: dialect, sourceTopic: sourceTopic.name)
            let dropped = outdated(scan, by: failure)
            var headers = rewrite.carried(scan, without: dropped, growth: growth(failure))
            dialect.write(retriesMade: max(0, retriesMade), into: &headers)
            if record.source.topic == sourceTopic.name { writePlace(of: record, scan, into: &headers) }
            write(failure, scan, now: now, into: &headers)
            switch destination {
            case .retry(let due):
                dialect.write(due: due, into: &headers)
                headers.append(.retryGroup, text: group, limit: TextLimit.group)
            case .deadLetter(let reason):
                headers.append(.deadLetterReason, text: reason.rawValue, limit: TextLimit.name)
                rewrite.repeatForDeadLetter(scan, without: dropped, into: &headers)
            }
            return headers
        }
    }

    /// All that a failure adds, with the names that it goes under, so that the headers are one allocation.
    private func growth(_ failure: RetryFailure) -> Int {
        let texts = failure.type.utf8.count + 2 * min(failure.message.count, TextLimit.message) + (failure.facilityID?.utf8.count ?? 0)
        return Self.namesAndNumbers + texts + sourceTopic.name.utf8.count + group.utf8.count + (service?.utf8.count ?? 0)
    }

    private static let namesAndNumbers = 480

    private func outdated(_ scan: HeaderScan, by failure: RetryFailure) -> HeaderSet {
        var dropped = HeaderSet(
            .retryCount, .springAttempts, .deadLetterReason, .retryExceptionMessage, .springDeadExceptionMessage, .lastFailureTimestamp
        ).union(.retryTopicOnly)
        if service != nil { dropped.add(.exceptionService) }
        if failure.facilityID != nil { dropped.add(.exceptionFacilityID) }
        if LinkDialect.firstFailure(scan) == nil { dropped.add(.firstFailureTimestamp) }
        for field in [RetryField.exceptionType, .exceptionMessage] where field.text(scan) == nil { dropped.add(field.header(in: dialect)) }
        for field in RetryField.places where field.number(scan) == nil { dropped.add(field.header(in: dialect)) }
        return dropped
    }

    private func writePlace(of record: KafkaRecord, _ scan: HeaderScan, into headers: inout KafkaHeaders) {
        func write(_ field: RetryField, _ number: Int64?) {
            guard let number, field.number(scan) == nil, case .number(let width) = field.form else { return }
            field.write(number, width: width, to: field.header(in: dialect), into: &headers)
        }
        write(.originalPartition, Int64(record.source.partition))
        write(.originalOffset, record.offset)
        write(.originalTimestamp, record.timestamp?.milliseconds)
    }

    private func write(_ failure: RetryFailure, _ scan: HeaderScan, now: Timestamp, into headers: inout KafkaHeaders) {
        if let service { headers.append(.exceptionService, text: service, limit: TextLimit.name) }
        if let facilityID = failure.facilityID { headers.append(.exceptionFacilityID, text: facilityID, limit: TextLimit.name) }
        // A type beside the message of another failure would describe one that never was.
        let isFirst = RetryField.exceptionType.text(scan) == nil && RetryField.exceptionMessage.text(scan) == nil
        if isFirst { headers.append(RetryField.exceptionType.header(in: dialect), text: failure.type, limit: TextLimit.name) }
        failure.message.withUnsafeBytes { message in
            if isFirst { headers.append(RetryField.exceptionMessage.header(in: dialect), text: message, limit: TextLimit.message) }
            headers.append(RetryField.latestMessage.header(in: dialect), text: message, limit: TextLimit.message)
        }
        if LinkDialect.firstFailure(scan) == nil { headers.append(.firstFailureTimestamp, decimal: max(0, now.milliseconds)) }
        headers.append(.lastFailureTimestamp, decimal: max(0, now.milliseconds))
    }
}
