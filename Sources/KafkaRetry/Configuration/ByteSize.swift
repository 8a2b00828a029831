/// A number of bytes, as settings write it: `1048576`, `64MB` (powers of 1,000), `256MiB` (powers of 1,024).
public struct ByteSize: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Bytes; never negative.
    public let bytes: Int64

    /// `bytes`, or none if it is negative.
    public init(bytes: Int64) { self.bytes = max(0, bytes) }

    /// `mebibytes` times 1,048,576 bytes, at most what an `Int64` holds.
    public static func mebibytes(_ mebibytes: Int64) -> ByteSize {
        let (bytes, overflow) = mebibytes.multipliedReportingOverflow(by: 1 << 20)
        return ByteSize(bytes: overflow ? .max : bytes)
    }

    private static let binary: [(unit: String, bytes: Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    private static let decimal: [(unit: String, bytes: Int64)] = [
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("kB", 1_000), ("B", 1), ("", 1),
    ]

    /// The size that `text` stands for.
    public init(parsing text: String) throws(NotationError) {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let unit = String(text.utf8.dropFirst(digits.count)) ?? "?"
        guard !digits.isEmpty else { throw NotationError("'\(text)' is not a size; write one such as 256MiB, 64MB or 1048576") }
        guard let factor = (Self.binary + Self.decimal).first(where: { $0.unit == unit })?.bytes else {
            throw NotationError(
                "'\(text)' has a unit that is not known; the units are KiB, MiB, GiB, TiB (1,024) and KB, MB, GB, TB (1,000)")
        }
        guard let number = Int64(Substring(digits)) else { throw NotationError("'\(text)' is too large") }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw NotationError("'\(text)' is too large") }
        self.bytes = bytes
    }

    /// The size in the largest binary unit that divides it.
    public var description: String {
        for (unit, size) in Self.binary where bytes != 0 && bytes % size == 0 { return "\(bytes / size)\(unit)" }
        return String(bytes)
    }

    /// Smaller first.
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}
