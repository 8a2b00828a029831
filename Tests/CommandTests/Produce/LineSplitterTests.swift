import Testing

@testable import kafka_retry

@Suite struct LineSplitterTests {
    private func lines(_ text: String, pieces size: Int) throws -> [String] {
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += try Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { try splitter.lines($0) }
        }
        if let last = splitter.last() { lines.append(last) }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: 1...9) func linesAreTheSameWhateverPiecesTheyComeIn(size: Int) throws {
        #expect(try lines("one\n\nthree\r\nfour", pieces: size) == ["one", "", "three", "four"])
        #expect(try lines("one\n", pieces: size) == ["one"])
        #expect(try lines("", pieces: size) == [])
    }
}
