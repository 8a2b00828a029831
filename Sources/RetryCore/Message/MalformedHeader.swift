/// A header that decides about a retry and cannot be read.
public struct MalformedHeader: Error, Hashable, Sendable, CustomStringConvertible {
    /// The header's name.
    public var name: String
    /// What is wrong with it, as a clause: "is not a plain decimal number".
    public var reason: String
    /// Its value in printable ASCII, at most 100 characters; `nil` if it is null.
    public var value: String?

    /// A header that cannot be read.
    public init(name: String, reason: String, value: [UInt8]?) {
        self.name = name
        self.reason = reason
        self.value = value.map { bytes in bytes.withUnsafeBytes { Self.printable($0) } }
    }

    /// One line, for logs and for the dead letter.
    public var description: String {
        value.map { "\(name) \(reason): \"\($0)\"" } ?? "\(name) \(reason): null"
    }

    init(_ header: KnownHeader, _ reason: String, _ value: UnsafeRawBufferPointer?) {
        name = header.name.description
        self.reason = reason
        self.value = value.map { Self.printable($0) }
    }

    /// Printable ASCII as it is, all else as `\xNN`; cut at 100 characters.
    static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
        var shown = ""
        var whole = 0
        for byte in bytes {
            let isPlain = byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
            shown += isPlain ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            if shown.utf8.count > TextLimit.shown { return shown.prefix(whole) + "..." }
            if shown.utf8.count <= TextLimit.shown - 3 { whole = shown.utf8.count }
        }
        return shown
    }
}
