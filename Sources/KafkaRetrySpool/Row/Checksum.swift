/// FNV-1a with 64 bits (draft-eastlake-fnv): any single changed byte changes it, and so does all but one in 2^64 of other damage.
struct Checksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { mix($0) } }

    /// Adds bytes with their number, so that none can pass from one field to the next; null differs from empty.
    mutating func add(_ bytes: UnsafeRawBufferPointer?) {
        add(bytes.map { Int64($0.count) } ?? -1)
        if let bytes { mix(bytes) }
    }

    /// As SQLite keeps it.
    var value: Int64 { Int64(bitPattern: state) }

    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        var mixed = state
        for byte in bytes { mixed = (mixed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = mixed
    }
}
