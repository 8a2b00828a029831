import Testing

@testable import RetryCore

@Suite("Cutting texts")
struct TextCutTests {
    @Test("keeps as many whole characters as fit", arguments: ["x", "é", "€", "😀", "aé€😀"])
    func whole(character: String) {
        let text = String(repeating: character, count: 40)
        for limit in 0...text.utf8.count + 1 {
            let cut = TextCut.cut(text, limit: limit)
            #expect(cut.count <= limit)
            #expect(Array(text.utf8).starts(with: cut))
            #expect(String(validating: cut, as: UTF8.self) != nil, "\(character) at \(limit)")
            #expect(cut.count == text.utf8.count || limit - cut.count < 4)
        }
    }

    @Test("bytes that are not UTF-8 are cut at the limit, or a few before")
    func unclean() {
        for byte in UInt8.min...UInt8.max {
            let text = Array(repeating: byte, count: 10)
            for limit in 0...10 {
                let length = text.withUnsafeBytes { TextCut.length(of: $0, limit: limit) }
                #expect(length <= limit && limit - length < 4)
            }
        }
    }
}
