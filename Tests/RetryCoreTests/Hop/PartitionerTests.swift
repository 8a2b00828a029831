import Testing

@testable import RetryCore

@Suite("Partitioner")
struct PartitionerTests {
    @Test(
        "hashes keys as the Java client does",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ])
    func hash(key: String, expected: Int) {
        #expect(Array(key.utf8).withUnsafeBytes { Murmur2.hash($0) } == Int32(expected))
    }

    @Test("keeps the number while the target has that partition, whatever the key", arguments: [nil, [UInt8]("21".utf8)])
    func keepsNumber(key: [UInt8]?) {
        for number in Int32(0)..<12 { #expect(Partitioner.partition(number: number, key: key, count: 12) == number) }
    }

    @Test("goes by key where the target is narrower: the hash without its sign, modulo the count")
    func byKey() {
        let expected = (Int32(-973_932_308) & 0x7FFF_FFFF) % 5
        #expect(Partitioner.partition(number: 5, key: Array("21".utf8), count: 5) == expected)
        #expect(Partitioner.byKey(Array("21".utf8), count: 5) == expected)
    }

    @Test("an empty key is a key")
    func emptyKey() {
        let expected = ([UInt8]().withUnsafeBytes { Murmur2.hash($0) } & 0x7FFF_FFFF) % 7
        #expect(Partitioner.partition(number: 9, key: [], count: 7) == expected)
    }

    @Test("without a key it is the number modulo the count")
    func withoutKey() { #expect((0..<10).map { Partitioner.partition(number: $0, key: nil, count: 4) } == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]) }

    @Test("is the same for a record", arguments: [nil, [], [UInt8]("21".utf8)])
    func ofARecord(key: [UInt8]?) {
        for (number, count) in [(Int32(3), Int32(12)), (9, 7), (12, 12), (5, 0), (-1, 4)] {
            let record = KafkaRecord(source: TopicPartition("T", number), offset: 0, timestamp: nil, key: key, value: nil)
            #expect(Partitioner.partition(of: record, count: count) == Partitioner.partition(number: number, key: key, count: count))
        }
    }

    @Test("keeps the number while the count is not known, and traps on nothing", arguments: [Int32.min, -1, 0])
    func unknown(count: Int32) {
        #expect(Partitioner.partition(number: 7, key: [1], count: count) == 7)
        #expect(Partitioner.partition(number: -1, key: nil, count: count) == 0)
        #expect(Partitioner.byKey([1], count: count) == 0)
    }
}
