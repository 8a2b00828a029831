extension KafkaHeaders {
    /// Adds a known header with these bytes as value; `nil` is null.
    mutating func append(_ header: KnownHeader, value: UnsafeRawBufferPointer?) {
        append(name: header.nameBytes, value: value)
    }

    /// Adds a known header with a text, cut at `limit` bytes between characters.
    mutating func append(_ header: KnownHeader, text: UnsafeRawBufferPointer?, limit: Int) {
        append(header, value: text.map { UnsafeRawBufferPointer(rebasing: $0[0..<TextCut.length(of: $0, limit: limit)]) })
    }

    /// Adds a known header with a text, cut at `limit` bytes between characters.
    mutating func append(_ header: KnownHeader, text: String, limit: Int) {
        var text = text
        text.withUTF8 { append(header, text: UnsafeRawBufferPointer($0), limit: limit) }
    }

    /// Adds a known header with a number in decimal digits.
    mutating func append(_ header: KnownHeader, decimal number: Int64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = number.magnitude
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(header, value: UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Adds a known header with a number in its full width, the high byte first.
    mutating func append(_ header: KnownHeader, bigEndian number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { append(header, value: $0) }
    }

    /// Adds a known header with a number in the fewest big-endian bytes that hold it and its sign, as Java's `BigInteger` writes it.
    mutating func append(_ header: KnownHeader, shortestBigEndian number: Int64) {
        let significant = 64 - (number < 0 ? ~number : number).leadingZeroBitCount + 1
        let length = (significant + 7) / 8
        withUnsafeBytes(of: number.bigEndian) { append(header, value: UnsafeRawBufferPointer(rebasing: $0[(8 - length)...])) }
    }

    /// Adds the headers that were scanned, without the known ones in `dropped`. Of a known one that stands there more than once,
    /// the last is kept. What stands together is copied together.
    mutating func append(_ scan: HeaderScan, without dropped: HeaderSet) {
        guard !scan.present.isEmpty else { return append(laidOut: scan.all, count: scan.count) }
        var walk = HeaderWalk(scan.all)
        var start = 0
        var kept = 0
        func flush(_ headers: inout KafkaHeaders, to end: Int) {
            if end > start { headers.append(laidOut: UnsafeRawBufferPointer(rebasing: scan.all[start..<end]), count: kept) }
        }
        while let header = walk.next() {
            guard let known = KnownHeader(name: header.name), dropped.has(known) || !scan.isLast(known, at: header.start) else {
                kept += 1
                continue
            }
            flush(&self, to: header.start)
            start = header.end
            kept = 0
        }
        flush(&self, to: scan.all.count)
    }
}
