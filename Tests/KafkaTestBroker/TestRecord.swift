import Foundation
package import RDKafka

/// A record as a test writes it or finds it.
package struct TestRecord: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package var name: [UInt8]
        package var value: [UInt8]?

        package init(_ name: [UInt8], _ value: [UInt8]?) { (self.name, self.value) = (name, value) }
        package init(_ name: String, _ value: String?) { self.init(Array(name.utf8), value.map { Array($0.utf8) }) }
    }

    package var topic: String
    package var partition: Int32
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [Header]
    /// Where it was found.
    package var offset: Int64 = -1
    /// When it was written, milliseconds since 1970.
    package var timestamp: Int64 = -1

    package init(to topic: String, _ partition: Int32 = 0, key: [UInt8]? = nil, value: [UInt8]?, headers: [Header] = []) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// A record whose value is `number` in decimal.
    package init(to topic: String, _ partition: Int32 = 0, number: Int, headers: [Header] = []) {
        self.init(to: topic, partition, key: Array("k\(number % 1_000)".utf8), value: Array(String(number).utf8), headers: headers)
    }

    package init(_ message: borrowing RDKafkaMessage) {
        topic = message.topic
        partition = message.partition
        key = message.key.map { Array($0) }
        value = message.value.map { Array($0) }
        headers = []
        var copy: [Header] = []
        message.forEachHeader { name, value in copy.append(Header(Array(name), value.map { Array($0) })) }
        headers = copy
        offset = message.offset
        timestamp = message.timestamp ?? -1
    }

    /// The number that its value begins with.
    package var number: Int? { value.flatMap { Int(String(decoding: $0.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)) } }

    /// The values of all headers of that name.
    package func values(_ name: String) -> [[UInt8]?] {
        let name = Array(name.utf8)
        return headers.filter { $0.name == name }.map(\.value)
    }

    /// The text of the only header of that name.
    package func text(_ name: String) -> String? {
        let found = values(name)
        guard found.count == 1, let value = found[0] else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// Milliseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension TestRecord.Header {
    package static func count(_ count: Int) -> Self { Self("X-Retry-Count", String(count)) }
    package static func due(_ milliseconds: Int64) -> Self { Self("X-Next-Retry-Timestamp", String(milliseconds)) }
}
