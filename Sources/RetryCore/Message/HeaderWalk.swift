/// Walks over the flat layout of `KafkaHeaders`, which lends the bytes.
struct HeaderWalk {
    /// One header, and where it stands in the layout.
    struct Header {
        var start: Int
        var end: Int
        var name: UnsafeRawBufferPointer
        var value: UnsafeRawBufferPointer?
    }

    private let all: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ all: UnsafeRawBufferPointer) { self.all = all }

    /// The next header, or `nil` behind the last.
    @inline(__always)
    mutating func next() -> Header? {
        guard position < all.count else { return nil }
        let start = position
        let name = take(takeLength())
        let length = takeLength()
        let value = length < 0 ? nil : take(length)
        return Header(start: start, end: position, name: name, value: value)
    }

    @inline(__always)
    private mutating func take(_ length: Int) -> UnsafeRawBufferPointer {
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: all[position..<position + length])
    }

    @inline(__always)
    private mutating func takeLength() -> Int {
        defer { position += 4 }
        return Int(Int32(littleEndian: all.loadUnaligned(fromByteOffset: position, as: Int32.self)))
    }
}
