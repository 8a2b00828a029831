import Testing

@testable import KafkaRetryConfiguration

@Suite struct YAMLDocumentTests {
    private func parse(_ text: String) throws(YAMLError) -> YAMLNode? { try YAMLDocument.parse(Array(text.utf8)) }

    @Test func valuesKnowTheirLines() throws {
        guard case .mapping(let entries) = try parse("# note\na: 1\nb:\n  - x\n  - \"y\"\nc: ~\n")?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["a", "b", "c"])
        #expect(entries.map(\.line) == [2, 3, 6])
        #expect(entries[0].value.content == .scalar("1"))
        guard case .sequence(let items) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(items.map(\.line) == [4, 5])
        #expect(items.map(\.content) == [.scalar("x"), .scalar("y")])
        #expect(entries[2].value.content == .null)
    }

    @Test(arguments: ["", "# only a comment\n", "\n\n"]) func aFileMayHoldNothing(text: String) throws {
        #expect(try parse(text) == nil)
    }

    @Test func quotedNothingIsText() throws {
        #expect(try parse("''")?.content == .scalar(""))
        #expect(try parse("'null'")?.content == .scalar("null"))
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here again; the first is in line 1"), ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: *b\n", 1, "*b names no value"), ("a: &a [*a]\n", 1, "*a names no value"), ("a:\n  - [1, 2\nb: 3", 3, "it is not YAML"),
        ("[1]: 2\n", 1, "a key must be a plain text"), ("a: \"\\xZZ\"", 1, "it is not YAML"),
    ])
    func faultsNameTheirLine(text: String, line: Int, problem: String) throws {
        let error = try #require(throws: YAMLError.self) { try parse(text) }
        #expect(error.line == line)
        #expect(error.problem.contains(problem))
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: YAMLError.self) { try YAMLDocument.parse([0x61, 0x3A, 0x20, 0xFF, 0xFE, 0x0A]) }
        #expect(throws: YAMLError.self) { try YAMLDocument.parse([0x61, 0x3A, 0x20, 0x00, 0x0A]) }
    }

    @Test func aliasesAreWrittenOutAndCounted() throws {
        guard case .mapping(let entries) = try parse("a: &x [1]\nb: *x\n")?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.value.content) == [entries[0].value.content, entries[0].value.content])
        #expect(entries.map(\.value.line) == [1, 2])
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        let error = try #require(throws: YAMLError.self) { try parse(bomb) }
        #expect(error.problem.contains("more than 20000 values"))
    }

    @Test func depthAndSizeAreBounded() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(try #require(throws: YAMLError.self) { try parse(deep) }.problem.contains("nested deeper"))
        let large = "# " + String(repeating: "x", count: YAMLDocument.largestFile)
        #expect(try #require(throws: YAMLError.self) { try parse(large) }.problem.contains("1 MiB"))
    }
}
