/// A topic's name, and the names that follow from it. Whether Kafka would take the name is asked by ``check()``.
public struct KafkaTopic: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let name: String

    /// The topic with this name, not checked.
    public init(_ name: String) { self.name = name }

    /// The topic with this name, not checked.
    public init(stringLiteral name: String) { self.init(name) }

    /// The name.
    public var description: String { name }

    /// `PatientEvent`
    public static let patientEvent: KafkaTopic = "PatientEvent"
    /// `ReportScheduled`
    public static let reportScheduled: KafkaTopic = "ReportScheduled"
    /// `ResourceAcquired`
    public static let resourceAcquired: KafkaTopic = "ResourceAcquired"
    /// `DataAcquisitionRequested`
    public static let dataAcquisitionRequested: KafkaTopic = "DataAcquisitionRequested"
    /// `AuditableEventOccurred`
    public static let auditableEventOccurred: KafkaTopic = "AuditableEventOccurred"
    /// `SubmitReport`
    public static let submitReport: KafkaTopic = "SubmitReport"

    /// `{Topic}-Retry`
    public var retry: KafkaTopic { retry(.standard) }
    /// `{Topic}-Error`
    public var deadLetter: KafkaTopic { deadLetter(.standard) }

    /// The retry topic under other settings.
    public func retry(_ naming: TopicNaming) -> KafkaTopic { naming.retryTopic(of: self) }
    /// The dead letter topic under other settings.
    public func deadLetter(_ naming: TopicNaming) -> KafkaTopic { naming.deadLetterTopic(of: self) }

    /// Throws unless Kafka takes the name: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and neither "." nor ".."
    /// (`org.apache.kafka.common.internals.Topic`).
    public func check() throws(IllegalTopicName) {
        if name.isEmpty { throw IllegalTopicName(name: name, reason: "is empty") }
        if name == "." || name == ".." { throw IllegalTopicName(name: name, reason: "may not be \".\" or \"..\"") }
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                continue
            default: throw IllegalTopicName(name: name, reason: "may only hold a-z, A-Z, 0-9, '.', '_' and '-'")
            }
        }
        let length = name.utf8.count
        if length > TextLimit.topic { throw IllegalTopicName(name: name, reason: "has \(length) characters; Kafka takes 249") }
    }
}
