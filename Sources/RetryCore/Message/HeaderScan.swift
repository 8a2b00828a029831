/// What one pass over a record's headers found: the last header of each known name. It lives on the stack and lends the bytes.
struct HeaderScan {
    /// Where a header stands in the layout, and its value; a length of -1 is a null value.
    struct Slot {
        var start: Int32
        var valueStart: Int32
        var valueLength: Int32
    }

    let all: UnsafeRawBufferPointer
    /// How many headers there are.
    let count: Int
    private let slots: UnsafeMutableBufferPointer<Slot>
    /// The known headers that are there.
    private(set) var present = HeaderSet()

    fileprivate init(_ all: UnsafeRawBufferPointer, count: Int, slots: UnsafeMutableBufferPointer<Slot>) {
        self.all = all
        self.count = count
        self.slots = slots
        // Kafka's lengths are 32 bits wide; a layout beyond that cannot have come from a broker.
        guard all.count <= Int(Int32.max) else { return }
        var walk = HeaderWalk(all)
        while let header = walk.next() {
            guard let known = KnownHeader(name: header.name) else { continue }
            present.add(known)
            let length = header.value?.count ?? -1
            slots[Int(known.rawValue)] = Slot(
                start: Int32(truncatingIfNeeded: header.start), valueStart: Int32(truncatingIfNeeded: header.end - max(length, 0)),
                valueLength: Int32(truncatingIfNeeded: length))
        }
    }

    @inline(__always)
    func has(_ header: KnownHeader) -> Bool { present.has(header) }

    /// The value, or `nil` if the header is missing or its value null.
    @inline(__always)
    func value(_ header: KnownHeader) -> UnsafeRawBufferPointer? {
        guard present.has(header) else { return nil }
        let slot = slots[Int(header.rawValue)]
        guard slot.valueLength >= 0 else { return nil }
        let start = Int(slot.valueStart)
        return UnsafeRawBufferPointer(rebasing: all[start..<start + Int(slot.valueLength)])
    }

    /// The value if it says something: neither missing, nor null, nor empty.
    @inline(__always)
    func content(_ header: KnownHeader) -> UnsafeRawBufferPointer? {
        guard let value = value(header), !value.isEmpty else { return nil }
        return value
    }

    /// Whether the header that starts at `start` is the last of its name.
    @inline(__always)
    func isLast(_ header: KnownHeader, at start: Int) -> Bool { Int(slots[Int(header.rawValue)].start) == start }
}

extension HeaderScan {
    /// Looks at each header of a layout once and calls `body` with what was found. Nothing is allocated.
    @inline(__always)
    static func of<Result>(_ all: UnsafeRawBufferPointer, count: Int, _ body: (HeaderScan) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Slot.self, capacity: KnownHeader.total) { slots in
            body(HeaderScan(all, count: count, slots: slots))
        }
    }
}

extension KafkaHeaders {
    /// Looks at each header once and calls `body` with what was found. Nothing is allocated.
    @inline(__always)
    func scan<Result>(_ body: (HeaderScan) -> Result) -> Result {
        bytes.withUnsafeBytes { all in HeaderScan.of(all, count: count, body) }
    }
}
