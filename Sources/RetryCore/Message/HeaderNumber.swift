/// What a header that should hold a number holds.
enum HeaderNumber: Equatable {
    case absent
    case malformed
    case number(Int64)

    /// The number, or `nil` if there is none that can be read.
    var readable: Int64? { if case .number(let number) = self { number } else { nil } }
}

extension HeaderNumber {
    /// A plain decimal number: ASCII digits only, within `Int64`; no sign, no space, not empty, not null.
    static func decimal(_ bytes: UnsafeRawBufferPointer?) -> HeaderNumber {
        guard let bytes, !bytes.isEmpty else { return .malformed }
        var number: Int64 = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return .malformed }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = tenfold.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !overflow, !overflowed else { return .malformed }
            number = sum
        }
        return .number(number)
    }

    /// A big-endian two's complement integer of 1 to 8 bytes, as Java's `BigInteger.toByteArray` writes it.
    static func bigEndian(_ bytes: UnsafeRawBufferPointer?) -> HeaderNumber {
        guard let bytes, let first = bytes.first, bytes.count <= 8 else { return .malformed }
        var number: Int64 = first >= 0x80 ? -1 : 0
        for byte in bytes { number = number << 8 | Int64(byte) }
        return .number(number)
    }

    /// The same, of exactly `width` bytes, as Java's `ByteBuffer` writes it.
    static func bigEndian(_ bytes: UnsafeRawBufferPointer?, width: Int) -> HeaderNumber {
        bytes?.count == width ? bigEndian(bytes) : .malformed
    }

    /// The same, but a number below zero is malformed too.
    var notNegative: HeaderNumber {
        if case .number(let number) = self, number < 0 { return .malformed }
        return self
    }
}
