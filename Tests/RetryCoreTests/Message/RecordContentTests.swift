import Testing

@testable import RetryCore

@Suite struct RecordContentTests {
    private static let parts: [[UInt8]?] = [nil, [], [7], Array("a longer one, of some thirty bytes".utf8)]

    @Test(arguments: parts, parts) func nullAndEmptyAreToldApart(key: [UInt8]?, value: [UInt8]?) {
        var headers = KafkaHeaders()
        headers.append("n", nil as [UInt8]?)
        headers.append("e", [])
        headers.append("v", "text")
        for headers in [KafkaHeaders(), headers] {
            let record = KafkaRecord(source: TopicPartition("T", 0), offset: 1, timestamp: nil, key: key, value: value, headers: headers)
            #expect(record.key == key && record.value == value && record.headers == headers)
        }
    }

    @Test func whatIsReadIsWhatWasWritten() {
        let (key, value): ([UInt8], [UInt8]) = ([1, 2], [3])
        let names = ["one", "", "three"]
        let content = key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                RecordContent(key: key, value: value, headerBytes: names.reduce(0) { $0 + 8 + $1.utf8.count } + 3) { add in
                    for (index, name) in names.enumerated() {
                        Array(name.utf8).withUnsafeBytes { name in
                            index == 1 ? add(name, nil) : [UInt8](repeating: 9, count: index == 0 ? 3 : 0).withUnsafeBytes { add(name, $0) }
                        }
                    }
                }
            }
        }
        var headers = KafkaHeaders()
        headers.append("one", [9, 9, 9])
        headers.append("", nil as [UInt8]?)
        headers.append("three", [])
        #expect(content.key == key && content.value == value && content.headers == headers)
        #expect(content == RecordContent(key: key, value: value, headers: headers))
        #expect(content != RecordContent(key: nil, value: [1, 2, 3], headers: headers))
        #expect(content != RecordContent(key: key, value: value, headers: KafkaHeaders()))
        #expect(Set([content, RecordContent(key: key, value: value, headers: headers)]).count == 1)
    }

    @Test func aPartThatIsSetLeavesTheOthersAndItsCopies() {
        var headers = KafkaHeaders()
        headers.append("h", "1")
        let record = KafkaRecord(source: TopicPartition("T", 0), offset: 1, timestamp: nil, key: [1], value: [2], headers: headers)
        var other = record
        other.value = nil
        #expect(other.key == [1] && other.value == nil && other.headers == headers && record.value == [2])
        other.headers = KafkaHeaders()
        other.key = []
        #expect(other.key == [] && other.headers.isEmpty && record.key == [1] && record.headers == headers)
        var output = OutgoingRecord(target: TopicPartition("T", 1), carrying: record, headers: KafkaHeaders())
        #expect(output == OutgoingRecord(target: TopicPartition("T", 1), key: [1], value: [2]))
        output.value = [5]
        #expect(output.key == [1] && output.value == [5] && record.value == [2])
    }
}
