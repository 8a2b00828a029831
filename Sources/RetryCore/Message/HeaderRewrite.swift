/// Writes a record's headers anew: those that are not ours in order and as they came, ours once each, in one dialect.
struct HeaderRewrite: Sendable {
    /// The dialect that is written.
    var dialect: HeaderDialect
    /// What a record's original topic is if it does not say so.
    var sourceTopic: String?

    /// Room for what a hop usually adds, so that the copy is one allocation.
    private static let usualGrowth = 96

    /// All headers but those in `dropped`; the other dialect's are translated, except the count and the due time.
    ///
    /// - Parameter growth: about how many bytes will be added.
    func carried(_ scan: HeaderScan, without dropped: HeaderSet, growth: Int = usualGrowth) -> KafkaHeaders {
        var headers = KafkaHeaders()
        headers.reserve(byteCount: scan.all.count + growth)
        var removed = dropped.union(dialect.replaced)
        let original = RetryField.originalTopic.header(in: dialect)
        // One that says nothing gives way.
        if scan.content(original) == nil { removed.add(original) }
        headers.append(scan, without: removed)
        if !scan.present.isDisjoint(with: dialect.replaced) {
            translate(scan, without: dropped, beside: scan.present.subtracting(removed), &headers)
        }
        if let sourceTopic, RetryField.originalTopic.text(scan) == nil {
            headers.append(original, text: sourceTopic, limit: TextLimit.topic)
        }
        return headers
    }

    /// What a dead letter has twice in Spring's dialect: where it came from and how it failed, as `kafka_dlt-*` too.
    func repeatForDeadLetter(_ scan: HeaderScan, without dropped: HeaderSet, into headers: inout KafkaHeaders) {
        guard dialect == .spring else { return }
        for field in RetryField.all {
            guard let target = field.springDead, !scan.has(target) else { continue }
            field.translate(scan, to: target, without: dropped, into: &headers)
        }
    }

    private func translate(_ scan: HeaderScan, without dropped: HeaderSet, beside kept: HeaderSet, _ headers: inout KafkaHeaders) {
        for field in RetryField.all {
            let target = field.header(in: dialect)
            if kept.has(target) || dropped.has(target) { continue }
            field.translate(scan, to: target, without: dropped, into: &headers)
        }
    }
}
