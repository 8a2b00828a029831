extension RetryEntity {
    /// What the headers say; count and due time must be legible.
    init(_ scan: HeaderScan) {
        let dialect = HeaderDialect(of: scan)
        func text(_ header: KnownHeader) -> String? { scan.content(header).map { String(decoding: $0, as: UTF8.self) } }
        func text(_ field: RetryField) -> String? { field.text(scan).map { String(decoding: $0, as: UTF8.self) } }
        func time(_ header: KnownHeader) -> Timestamp? { HeaderNumber.decimal(scan.value(header)).readable.map(Timestamp.init) }
        self.init()
        correlationID = text(.correlationID)
        retryCount = dialect.retryCount(scan).readable ?? 0
        due = dialect.due(scan).readable.map(Timestamp.init)
        originalTopic = text(.originalTopic as RetryField)
        originalPartition = RetryField.originalPartition.number(scan).flatMap(Int32.init(exactly:))
        originalOffset = RetryField.originalOffset.number(scan)
        originalTimestamp = RetryField.originalTimestamp.number(scan).map(Timestamp.init)
        service = text(.exceptionService)
        facilityID = text(.exceptionFacilityID)
        exceptionType = text(.exceptionType as RetryField)
        exceptionMessage = text(.exceptionMessage as RetryField)
        retryExceptionMessage = text(.latestMessage)
        firstFailure = LinkDialect.firstFailure(scan)
        lastFailure = time(.lastFailureTimestamp)
        retryGroup = text(.retryGroup)
        deadLetterReason = text(.deadLetterReason).flatMap(DeadLetterReason.init)
        isMarker = scan.has(.retryMarker)
    }
}
