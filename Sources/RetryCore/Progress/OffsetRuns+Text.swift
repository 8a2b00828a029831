extension OffsetRuns {
    /// The runs as ASCII: for each, how far it begins behind the end of the one before (the first: behind `base`), and its length.
    func text(from base: Int64) -> [UInt8] {
        var text: [UInt8] = []
        var end = base
        for run in runs {
            Base64VLQ.append(UInt64(clamping: run.lowerBound - end), to: &text)
            Base64VLQ.append(UInt64(clamping: run.upperBound - run.lowerBound), to: &text)
            end = run.upperBound
        }
        return text
    }

    /// The runs that `text` says, or `nil` if it says none that could be.
    init?(text: some Sequence<UInt8>, from base: Int64) {
        self.init()
        var rest = Array(text)[...]
        var end = base
        while !rest.isEmpty {
            guard let gap = Base64VLQ.takeFirst(of: &rest).flatMap(Int64.init(exactly:)),
                let length = Base64VLQ.takeFirst(of: &rest).flatMap(Int64.init(exactly:)), length > 0
            else { return nil }
            let (start, startOverflows) = end.addingReportingOverflow(gap)
            let (next, nextOverflows) = start.addingReportingOverflow(length)
            guard !startOverflows, !nextOverflows else { return nil }
            insert(start..<next)
            end = next
        }
    }
}
