/// A record's key, value and headers in one allocation, shared by all who hold the record: as three arrays they cost three, and each copy of
/// the record three counts of references. It never changes.
package struct RecordContent: @unchecked Sendable {
    /// What there is, lent for a call. Null and empty are told apart.
    package struct Lent {
        package let key: UnsafeRawBufferPointer?
        package let value: UnsafeRawBufferPointer?
        /// In the layout of ``KafkaHeaders``.
        let headers: UnsafeRawBufferPointer
        let headerCount: Int
    }

    private struct Layout {
        /// -1 for null.
        var keyCount = -1
        var valueCount = -1
        var headerBytes = 0
        var headerCount = 0

        var size: Int { max(0, keyCount) + max(0, valueCount) + headerBytes }
    }

    /// Key, value and headers, one behind the other.
    private let storage: ManagedBuffer<Layout, UInt8>

    /// A copy of what is lent. Of the headers `headerBytes` says how many bytes they take in all, and `forEachHeader` calls with one after the other.
    package init(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headerBytes: Int,
        forEachHeader: ((UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) -> Void
    ) {
        let layout = Layout(keyCount: key?.count ?? -1, valueCount: value?.count ?? -1, headerBytes: headerBytes)
        storage = .create(minimumCapacity: layout.size) { _ in layout }
        storage.withUnsafeMutablePointers { layout, bytes in
            var writer = Writer(UnsafeMutableRawBufferPointer(start: bytes, count: layout.pointee.size))
            writer.write(key)
            writer.write(value)
            forEachHeader { name, value in
                writer.write(length: name.count)
                writer.write(name)
                writer.write(length: value?.count ?? -1)
                writer.write(value)
                layout.pointee.headerCount += 1
            }
            writer.finish()
        }
    }

    init(key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders) {
        let layout = Layout(
            keyCount: key?.count ?? -1, valueCount: value?.count ?? -1, headerBytes: headers.byteCount, headerCount: headers.count)
        storage = .create(minimumCapacity: layout.size) { _ in layout }
        storage.withUnsafeMutablePointerToElements { bytes in
            var writer = Writer(UnsafeMutableRawBufferPointer(start: bytes, count: layout.size))
            for part in [key, value, headers.bytes] { part?.withUnsafeBytes { writer.write($0) } }
            writer.finish()
        }
    }

    /// Key and value, in bytes.
    package var size: Int { storage.header.size - storage.header.headerBytes }

    /// Its headers, in bytes.
    var headerByteCount: Int { storage.header.headerBytes }

    /// Calls `body` with what there is.
    @inline(__always)
    package func lend<Result, Failure: Error>(_ body: (Lent) throws(Failure) -> Result) throws(Failure) -> Result {
        try storage.withUnsafeMutablePointers { layout, bytes throws(Failure) in
            let layout = layout.pointee
            let valueStart = max(0, layout.keyCount)
            let headerStart = valueStart + max(0, layout.valueCount)
            let start = UnsafeRawPointer(bytes)
            return try body(
                Lent(
                    key: layout.keyCount < 0 ? nil : UnsafeRawBufferPointer(start: start, count: layout.keyCount),
                    value: layout.valueCount < 0 ? nil : UnsafeRawBufferPointer(start: start + valueStart, count: layout.valueCount),
                    headers: UnsafeRawBufferPointer(start: start + headerStart, count: layout.headerBytes),
                    headerCount: layout.headerCount))
        }
    }

    /// Copies of its parts.
    var key: [UInt8]? { lend { $0.key.map(Array.init) } }
    var value: [UInt8]? { lend { $0.value.map(Array.init) } }
    var headers: KafkaHeaders { lend { KafkaHeaders(laidOut: $0.headers, count: $0.headerCount) } }
}

extension RecordContent {
    /// Fills the allocation from its start.
    private struct Writer {
        private let all: UnsafeMutableRawBufferPointer
        private var position = 0

        init(_ all: UnsafeMutableRawBufferPointer) { self.all = all }

        mutating func write(_ bytes: UnsafeRawBufferPointer?) {
            guard let bytes, bytes.count > 0 else { return }
            precondition(bytes.count <= all.count - position, "a record's content is larger than was said")
            UnsafeMutableRawBufferPointer(rebasing: all[position..<position + bytes.count]).copyMemory(from: bytes)
            position += bytes.count
        }

        /// What was not written would be read as lengths.
        func finish() { precondition(position == all.count, "a record's content is smaller than was said") }

        mutating func write(length: Int) {
            withUnsafeBytes(of: Int32(clamping: length).littleEndian) { write($0) }
        }
    }
}

extension RecordContent: Hashable {
    package static func == (left: RecordContent, right: RecordContent) -> Bool {
        left.storage === right.storage
            || left.lend { left in
                right.lend { right in same(left.key, right.key) && same(left.value, right.value) && same(left.headers, right.headers) }
            }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(storage.header.keyCount)
        hasher.combine(storage.header.valueCount)
        lend { lent in for part in [lent.key, lent.value, lent.headers] { if let part { hasher.combine(bytes: part) } } }
    }

    private static func same(_ left: UnsafeRawBufferPointer?, _ right: UnsafeRawBufferPointer?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.elementsEqual(right)
    }
}
