/// Cuts a stream of bytes into lines, whatever pieces it comes in.
struct LineSplitter {
    /// A longer line is no message that a broker would take.
    static let longest = 256 << 20

    struct TooLong: Error { var line: Int }

    private var rest: [UInt8] = []
    /// How many lines have been cut.
    private(set) var count = 0

    /// The lines that `bytes` complete, without their line feeds, nor a carriage return before it.
    mutating func lines(_ bytes: UnsafeRawBufferPointer) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            rest.append(contentsOf: bytes[start..<index])
            lines.append(cut())
            start = index + 1
        }
        rest.append(contentsOf: bytes[start...])
        if rest.count > Self.longest { throw TooLong(line: count + 1) }
        return lines
    }

    /// What stands behind the last line feed, if anything does.
    mutating func last() -> [UInt8]? { rest.isEmpty ? nil : cut() }

    private mutating func cut() -> [UInt8] {
        defer { rest = [] }
        count += 1
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        return rest
    }
}
