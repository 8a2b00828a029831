extension KafkaHeaders {
    /// The value of the last header with this name, which is the one that counts, as with the Java client's `lastHeader`.
    /// Names are compared byte by byte, so upper and lower case differ.
    ///
    /// `nil` if there is no such header, `.some(nil)` if its value is null.
    public func last(_ name: String) -> [UInt8]?? {
        var name = name
        return name.withUTF8 { wanted in
            bytes.withUnsafeBytes { all in
                var walk = HeaderWalk(all)
                var found: UnsafeRawBufferPointer??
                while let header = walk.next() {
                    if header.name.count == wanted.count, header.name.elementsEqual(wanted) { found = .some(header.value) }
                }
                return found.map { $0.map(Array.init) }
            }
        }
    }

    /// The value of the last header with this name: see ``last(_:)-(String)``.
    public func last(_ header: KafkaHeader) -> [UInt8]?? { last(header.name) }

    /// The last header of this name as text, invalid UTF-8 repaired; `nil` if it is missing or null.
    public func text(_ header: KafkaHeader) -> String? {
        guard case .some(.some(let value)) = last(header) else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// How many headers have this name.
    public func count(of header: KafkaHeader) -> Int {
        var count = 0
        forEach { name, _ in if name.elementsEqual(header.name.utf8) { count += 1 } }
        return count
    }

    /// The headers for which `isIncluded` says yes, in order.
    public func filter(_ isIncluded: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Bool) -> KafkaHeaders {
        var kept = KafkaHeaders()
        kept.reserve(byteCount: byteCount)
        forEach { name, value in if isIncluded(name, value) { kept.append(name: name, value: value) } }
        return kept
    }

    /// The headers that are nobody's bookkeeping, neither ours nor Spring's: those that every hop carries, in order.
    public var carried: KafkaHeaders { filter { name, _ in KnownHeader(name: name) == nil } }
}
