import KafkaTestBroker

/// Headers as no honest service writes them: names of ours with any bytes as values, names that are not UTF-8, and neighbours of both.
struct HeaderMangler: Sendable {
    var group: String

    private static let names = [
        "X-Correlation-Id", "X-Retry-Count", "X-Next-Retry-Timestamp", "X-Original-Topic", "X-Original-Partition", "X-Original-Offset",
        "X-Original-Timestamp", "X-Exception-Service", "X-Exception-Facility-Id", "X-Exception-Type", "X-Exception-Message",
        "X-Retry-Exception-Message", "X-First-Failure-Timestamp", "X-Last-Failure-Timestamp", "X-Retry-Group", "X-Retry-Marker",
        "X-Dead-Letter-Reason", "retry_topic-attempts", "retry_topic-backoff-timestamp", "retry_topic-original-timestamp",
        "kafka_original-topic", "kafka_original-partition", "kafka_dlt-original-offset", "kafka_exception-message",
        "kafka_dlt-exception-fqcn", "__connect.errors.topic", "__dlq.errors.topic", "traceparent", "",
    ]

    /// Up to six of them.
    func headers(using chance: inout Chance, now: Int64) -> [TestRecord.Header] {
        (0..<Int.random(in: 0...6, using: &chance)).map { _ in TestRecord.Header(name(&chance), value(&chance, now)) }
    }

    /// Whether readers take them for bookkeeping of the group.
    func isMarker(_ headers: [TestRecord.Header]) -> Bool {
        headers.contains { $0.name == Array("X-Retry-Marker".utf8) }
            && headers.last { $0.name == Array("X-Retry-Group".utf8) }?.value == Array(group.utf8)
    }

    private func name(_ chance: inout Chance) -> [UInt8] {
        var name = Array(Self.names[Int.random(in: 0..<Self.names.count, using: &chance)].utf8)
        switch Int.random(in: 0..<10, using: &chance) {
        case 0: return bytes(&chance, 12)
        case 1 where !name.isEmpty: name[Int.random(in: 0..<name.count, using: &chance)] = UInt8.random(in: .min ... .max, using: &chance)
        case 2: name.append(0xFF)
        case 3: name = Array(String(decoding: name, as: UTF8.self).lowercased().utf8)
        default: break
        }
        return name
    }

    private func value(_ chance: inout Chance, _ now: Int64) -> [UInt8]? {
        switch Int.random(in: 0..<12, using: &chance) {
        case 0: nil
        case 1: []
        case 2: bytes(&chance, 20)
        case 3: Array(repeating: UInt8.random(in: .min ... .max, using: &chance), count: Int.random(in: 0...3_000, using: &chance))
        case 4: Array(String(Int64.random(in: .min ... .max, using: &chance)).utf8)
        case 5: Array(String(now + Int64.random(in: -10_000_000...10_000_000, using: &chance)).utf8)
        case 6: [0, 0, 0, UInt8.random(in: 0...6, using: &chance)]
        case 7: (0..<8).reversed().map { UInt8(truncatingIfNeeded: (now + 500) >> ($0 * 8)) }
        case 8: Array(group.utf8)
        case 9: Array(repeating: UInt8(ascii: "9"), count: Int.random(in: 1...40, using: &chance))
        default: Array(String(Int.random(in: 0...4, using: &chance)).utf8)
        }
    }

    private func bytes(_ chance: inout Chance, _ most: Int) -> [UInt8] {
        (0..<Int.random(in: 0...most, using: &chance)).map { _ in UInt8.random(in: .min ... .max, using: &chance) }
    }
}
