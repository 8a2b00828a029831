import Foundation
import KafkaRetry
import RetryCore

/// What a line of input is.
enum LineFormat: Sendable {
    /// A value, or key and value with a text between them.
    case text(separator: [UInt8]?)
    /// A JSON object.
    case ndjson

    /// Why a line is no message.
    struct Unreadable: Error { var problem: String }

    /// The message in `line`, to `topic` unless it names one; `prefix` stands in front of either's name.
    func message(_ line: [UInt8], to topic: KafkaTopic?, prefix: String = "") throws(Unreadable) -> ProducerRecord {
        switch self {
        case .text(let separator):
            guard let name = topic?.name else { throw Unreadable(problem: "no topic is given") }
            let topic = KafkaTopic(prefix + name)
            guard let separator else { return ProducerRecord(to: topic, value: line) }
            guard let found = line.firstRange(of: separator) else {
                throw Unreadable(problem: "there is no '\(String(decoding: separator, as: UTF8.self))' between key and value")
            }
            return ProducerRecord(to: topic, key: Array(line[..<found.lowerBound]), value: Array(line[found.upperBound...]))
        case .ndjson: return try json(line, topic, prefix)
        }
    }

    private func json(_ line: [UInt8], _ topic: KafkaTopic?, _ prefix: String) throws(Unreadable) -> ProducerRecord {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
            throw Unreadable(problem: "it is not a JSON object")
        }
        let known: Set = ["key", "value", "headers", "topic"]
        // Not named: in a line that is no message at all it may be anybody's data.
        if object.keys.contains(where: { !known.contains($0) }) {
            throw Unreadable(problem: "it has a field that is not known; there are key, value, headers and topic")
        }
        var name = topic?.name
        if let named = object["topic"] {
            guard let named = named as? String else { throw Unreadable(problem: "'topic' must be a text") }
            name = named
        }
        guard let name else { throw Unreadable(problem: "it names no topic, and --topic is not given") }
        let target = KafkaTopic(prefix + name)
        do throws(IllegalTopicName) { try target.check() } catch { throw Unreadable(problem: "the topic's name \(error.reason)") }
        var headers = KafkaHeaders()
        if let given = object["headers"], !(given is NSNull) {
            guard let given = given as? [String: Any] else { throw Unreadable(problem: "'headers' must be an object of texts") }
            for (name, value) in given.sorted(by: { $0.key < $1.key }) { headers.append(name, try bytes(value)) }
        }
        return ProducerRecord(
            to: target, key: try object["key"].flatMap { value throws(Unreadable) in try bytes(value) },
            value: try object["value"].flatMap { value throws(Unreadable) in try bytes(value) }, headers: headers)
    }

    /// A text is its bytes, null is Kafka's null, and anything else its JSON.
    private func bytes(_ value: Any) throws(Unreadable) -> [UInt8]? {
        if value is NSNull { return nil }
        if let text = value as? String { return Array(text.utf8) }
        guard
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        else { throw Unreadable(problem: "a value cannot be written as JSON") }
        return Array(data)
    }
}
