import Testing

@testable import RetryCore

@Suite("Headers")
struct KafkaHeadersTests {
    @Test("the last of a name counts; missing, null and empty are three things")
    func last() {
        let headers = KafkaHeaders([("a", [1]), ("A", [2]), ("a", [3]), ("null", nil), ("empty", [])])
        #expect(headers.last("a") == [3])
        #expect(headers.last("A") == [2])
        #expect(headers.last("null") == .some(.none))
        #expect(headers.last("empty") == .some([]))
        #expect(headers.last("b") == .none)
        #expect(headers.count(of: "a") == 2)
    }

    @Test("filtering keeps order, nulls and repetitions")
    func filter() {
        let headers = KafkaHeaders([("a", [1]), ("b", nil), ("a", nil), ("c", [])])
        #expect(headers.filter { name, _ in !name.elementsEqual("c".utf8) } == KafkaHeaders([("a", [1]), ("b", nil), ("a", nil)]))
        #expect(headers.carried == headers)
    }

    @Test("every header that we know is recognised by its exact name alone", arguments: KnownHeader.allCases)
    func recognised(header: KnownHeader) {
        var name = Array(header.nameBytes)
        #expect(name.withUnsafeBytes { KnownHeader(name: $0) } == header)
        #expect(Int(header.rawValue) < KnownHeader.total)
        for at in name.indices {
            name[at] ^= 0x20
            #expect(name.withUnsafeBytes { KnownHeader(name: $0) } == nil)
            name[at] ^= 0x20
        }
        #expect((name + [0]).withUnsafeBytes { KnownHeader(name: $0) } == nil)
        #expect(name.dropLast().withUnsafeBytes { KnownHeader(name: $0) } == nil)
    }

    @Test("message-type is nobody's bookkeeping")
    func messageType() {
        #expect(KafkaHeader.messageType.name == "message-type")
        #expect(KafkaHeaders([("message-type", [1])]).carried.count == 1)
    }

    @Test(
        "the shortest big-endian bytes, as Java's BigInteger writes them",
        arguments: [
            (0, [0]), (1, [1]), (127, [127]), (128, [0, 128]), (256, [1, 0]), (-1, [255]), (-128, [128]), (-129, [255, 127]),
            (1_700_000_000_000, [0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x00]), (.max, [127, 255, 255, 255, 255, 255, 255, 255]),
            (.min, [128, 0, 0, 0, 0, 0, 0, 0]),
        ] as [(Int64, [UInt8])])
    func bigInteger(number: Int64, bytes: [UInt8]) {
        var headers = KafkaHeaders()
        headers.append(.springBackoffTimestamp, shortestBigEndian: number)
        #expect(headers.last(.springBackoffTimestamp) == bytes)
        #expect(bytes.withUnsafeBytes { HeaderNumber.bigEndian($0) } == .number(number))
    }

    @Test("decimal digits", arguments: [0, 7, 10, -1, .max, .min] as [Int64])
    func decimal(number: Int64) {
        var headers = KafkaHeaders()
        headers.append(KnownHeader.retryCount, decimal: number)
        #expect(headers.text(.retryCount) == "\(number)")
    }
}
