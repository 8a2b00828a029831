/// A value in a log line.
public enum LogValue: Hashable, Sendable {
    /// A text.
    case string(String)
    /// A number.
    case integer(Int64)
    /// Yes or no.
    case boolean(Bool)
    /// Several texts.
    case list([String])

    /// A whole number of any width, clamped to what an `Int64` holds.
    public init(_ number: some BinaryInteger) { self = .integer(Int64(clamping: number)) }
    /// A text.
    public init(_ text: String) { self = .string(text) }
    /// A text in bytes that need not be UTF-8; what is not becomes U+FFFD.
    public init(bytes: some Collection<UInt8>) { self = .string(String(decoding: bytes, as: UTF8.self)) }
    /// An error's own text.
    public init(_ error: any Error) { self = .string("\(error)") }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral {
    /// A text.
    public init(stringLiteral text: String) { self = .string(text) }
    /// A number.
    public init(integerLiteral number: Int64) { self = .integer(number) }
    /// Yes or no.
    public init(booleanLiteral truth: Bool) { self = .boolean(truth) }
    /// Several texts.
    public init(arrayLiteral elements: String...) { self = .list(elements) }
}

extension LogValue: CustomStringConvertible {
    /// The value as text, a list's with commas between. Nothing is quoted or escaped: that is the log's own business.
    public var description: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let truth): String(truth)
        case .list(let texts): texts.joined(separator: ",")
        }
    }
}
