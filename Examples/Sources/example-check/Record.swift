import Foundation
import RDKafka

/// A record with texts.
struct Record {
    var topic: String
    var key: String
    var value: String
    var headers: [String: String] = [:]

    init(to topic: String, key: String, value: String, headers: [String: String] = [:]) {
        (self.topic, self.key, self.value, self.headers) = (topic, key, value, headers)
    }

    init(_ message: borrowing RDKafkaMessage) {
        func text(_ bytes: UnsafeRawBufferPointer?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        (topic, key, value) = (message.topic, text(message.key), text(message.value))
        var headers: [String: String] = [:]
        message.forEachHeader { name, value in headers[text(name)] = text(value) }
        self.headers = headers
    }
}

/// What the examples are given.
enum Records {
    static let resourceCount = 5_000

    /// Patients that are known at once, the second time, never, not at all; and a value that is no event.
    static func events(to topic: String) -> [Record] {
        let patients = (0..<20).map { "known-\($0)" } + (0..<6).map { "late-\($0)" } + ["never-0", "unknown-0", "unknown-1"]
        let values = patients.map { #"{"patientId":"\#($0)","eventType":"admitted"}"# } + ["not an event"]
        return values.enumerated().map { number, value in
            Record(to: topic, key: "facility-\(number % 3)", value: value, headers: ["X-Correlation-Id": "event-\(number)"])
        }
    }

    static func resources(to topic: String) -> [Record] {
        (0..<resourceCount).map { number in
            let patient = number == 7 ? "nobody" : "Patient/\(number)"
            return Record(
                to: topic, key: "\(number % 10)", value: #"{"patient":"\#(patient)","resourceType":"Observation","content":"\#(number)"}"#,
                headers: ["X-Correlation-Id": "resource-\(number)"])
        }
    }
}
