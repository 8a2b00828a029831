/// One thing that both dialects say, and under which names and in which form each says it.
struct RetryField {
    enum Form {
        /// A text of at most so many bytes where it is written anew.
        case text(limit: Int)
        /// Decimal in ours, big-endian of so many bytes in Spring's.
        case number(width: Int)
    }

    /// Ours.
    var link: KnownHeader
    /// Spring's.
    var spring: KnownHeader
    /// What Spring calls it on a dead letter topic.
    var springDead: KnownHeader?
    var form: Form

    static let originalTopic = RetryField(
        link: .originalTopic, spring: .springOriginalTopic, springDead: .springDeadOriginalTopic, form: .text(limit: TextLimit.topic))
    static let originalPartition = RetryField(
        link: .originalPartition, spring: .springOriginalPartition, springDead: .springDeadOriginalPartition, form: .number(width: 4))
    static let originalOffset = RetryField(
        link: .originalOffset, spring: .springOriginalOffset, springDead: .springDeadOriginalOffset, form: .number(width: 8))
    static let originalTimestamp = RetryField(
        link: .originalTimestamp, spring: .springOriginalTimestamp, springDead: .springDeadOriginalTimestamp, form: .number(width: 8))
    static let exceptionType = RetryField(
        link: .exceptionType, spring: .springExceptionType, springDead: .springDeadExceptionType, form: .text(limit: TextLimit.name))
    static let exceptionMessage = RetryField(
        link: .exceptionMessage, spring: .springExceptionMessage, form: .text(limit: TextLimit.message))
    static let latestMessage = RetryField(
        link: .retryExceptionMessage, spring: .springDeadExceptionMessage, form: .text(limit: TextLimit.message))

    static let all = [originalTopic, originalPartition, originalOffset, originalTimestamp, exceptionType, exceptionMessage, latestMessage]

    /// Where the record stood in the source topic.
    static let places = [originalPartition, originalOffset, originalTimestamp]

    /// The header under which a dialect says it.
    func header(in dialect: HeaderDialect) -> KnownHeader { dialect == .link ? link : spring }

    /// The text, from whichever header has one that is not in `dropped`, ours first.
    func text(_ scan: HeaderScan, without dropped: HeaderSet = []) -> UnsafeRawBufferPointer? {
        func content(_ header: KnownHeader) -> UnsafeRawBufferPointer? { dropped.has(header) ? nil : scan.content(header) }
        return content(link) ?? content(spring) ?? springDead.flatMap(content)
    }

    /// The number, from whichever header has one that can be read and is not in `dropped`, ours first.
    func number(_ scan: HeaderScan, without dropped: HeaderSet = []) -> Int64? {
        guard case .number(let width) = form else { return nil }
        func binary(_ header: KnownHeader) -> Int64? {
            dropped.has(header) ? nil : HeaderNumber.bigEndian(scan.value(header), width: width).readable
        }
        let decimal = dropped.has(link) ? nil : HeaderNumber.decimal(scan.value(link)).readable
        return decimal ?? binary(spring) ?? springDead.flatMap(binary)
    }

    /// Writes under `target` what the record says of this, if it says anything.
    func translate(_ scan: HeaderScan, to target: KnownHeader, without dropped: HeaderSet, into headers: inout KafkaHeaders) {
        switch form {
        case .text(let limit):
            if let text = text(scan, without: dropped) { headers.append(target, text: text, limit: limit) }
        case .number(let width):
            guard let number = number(scan, without: dropped) else { return }
            write(number, width: width, to: target, into: &headers)
        }
    }

    /// Writes a number in the form that `target`'s dialect has for it; nothing if it does not fit.
    func write(_ number: Int64, width: Int, to target: KnownHeader, into headers: inout KafkaHeaders) {
        if target == link {
            headers.append(target, decimal: number)
        } else if width == 8 {
            headers.append(target, bigEndian: number)
        } else if let narrow = Int32(exactly: number) {
            headers.append(target, bigEndian: narrow)
        }
    }
}
