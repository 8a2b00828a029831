import RetryCore

/// Headers as bytes of a row, exactly: order, repeated names, names that are not UTF-8, null and empty values.
///
/// The first byte is the version, 1. Then come, for each header, the name's length (4 bytes, the low one first), the name, the
/// value's length (likewise, all ones for null) and the value. No headers are no bytes at all.
enum HeaderEncoding {
    private static let version: UInt8 = 1
    private static let null = UInt32.max

    static func append(_ headers: KafkaHeaders, to bytes: inout [UInt8]) {
        bytes.append(version)
        headers.forEach { (name, value) in
            append(UInt32(clamping: name.count), to: &bytes)
            bytes.append(contentsOf: name)
            append(value.map { UInt32(clamping: $0.count) } ?? null, to: &bytes)
            if let value { bytes.append(contentsOf: value) }
        }
    }

    /// `nil` if these bytes are not headers.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> KafkaHeaders? {
        guard bytes.first == version else { return nil }
        var rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        var headers = KafkaHeaders()
        headers.reserve(byteCount: rest.count)
        while !rest.isEmpty {
            guard let nameLength = length(&rest), let name = take(nameLength, &rest), let valueLength = length(&rest) else { return nil }
            if valueLength == null {
                headers.append(name: name, value: nil)
            } else {
                guard let value = take(valueLength, &rest) else { return nil }
                headers.append(name: name, value: value)
            }
        }
        return headers
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func length(_ rest: inout UnsafeRawBufferPointer) -> UInt32? {
        take(4, &rest).map { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    }

    private static func take(_ count: UInt32, _ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let count = Int(exactly: count), count <= rest.count else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}
