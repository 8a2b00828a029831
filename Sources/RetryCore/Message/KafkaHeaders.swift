/// A record's headers in order: names are bytes that need not be UTF-8, a name may stand there more than once, and a null
/// value is not an empty one.
///
/// Kept as one flat buffer, so that a record's headers cost one allocation however many there are. Each header is its name's
/// length (4 bytes), the name, its value's length (4 bytes, -1 for null) and the value.
public struct KafkaHeaders: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []
    /// How many headers there are.
    public private(set) var count = 0

    /// No headers.
    public init() {}

    /// Headers that are in this layout already.
    init(laidOut: UnsafeRawBufferPointer, count: Int) {
        bytes = Array(laidOut)
        self.count = count
    }

    /// Whether there are none.
    public var isEmpty: Bool { count == 0 }

    /// The memory that they take, in bytes.
    public var byteCount: Int { bytes.count }

    /// Makes room for `byteCount` more bytes of names, values and their lengths.
    public mutating func reserve(byteCount: Int) { bytes.reserveCapacity(bytes.count + byteCount) }

    /// What a header takes of ``byteCount``.
    public static func byteCount(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) -> Int {
        8 + name.count + (value?.count ?? 0)
    }

    /// Adds a header behind those that are there.
    public mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        bytes.append(addingCapacity: Self.byteCount(name: name, value: value)) { room in
            room.append(length: name.count)
            room.append(name)
            room.append(length: value?.count ?? -1)
            if let value { room.append(value) }
        }
        count += 1
    }

    /// Adds a header behind those that are there.
    public mutating func append(_ name: String, _ value: [UInt8]?) {
        var name = name
        name.withUTF8 { name in
            if let value {
                value.withUnsafeBytes { append(name: UnsafeRawBufferPointer(name), value: $0) }
            } else {
                append(name: UnsafeRawBufferPointer(name), value: nil)
            }
        }
    }

    /// Adds a header with a text as value.
    public mutating func append(_ name: String, _ text: String) { append(name, Array(text.utf8)) }

    /// Adds a header behind those that are there.
    public mutating func append(_ header: KafkaHeader, _ value: [UInt8]?) { append(header.name, value) }

    /// Adds a header with a text as value.
    public mutating func append(_ header: KafkaHeader, _ text: String) { append(header.name, text) }

    /// Calls `body` with each header's name and value, in order. The bytes are lent for the call only.
    public func forEach<Failure: Error>(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
    ) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { all in
            var walk = HeaderWalk(all)
            while let header = walk.next() {
                do throws(Failure) { try body(header.name, header.value) } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
    }

    /// Adds headers that are already in this layout, as they are.
    mutating func append(laidOut: UnsafeRawBufferPointer, count: Int) {
        bytes.append(contentsOf: laidOut)
        self.count += count
    }
}

extension OutputSpan<UInt8> {
    /// Four bytes, the low one first.
    fileprivate mutating func append(length: Int) {
        withUnsafeBytes(of: Int32(clamping: length).littleEndian) { append($0) }
    }

    fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeMutableBufferPointer { room, count in
            UnsafeMutableRawBufferPointer(room.extracting(count...)).copyMemory(from: bytes)
            count += bytes.count
        }
    }
}
