/// What happens to a record that was waiting.
public enum Hop: Hashable, Sendable {
    /// Back to the source topic for its next retry.
    case republish(OutgoingRecord)
    /// To the dead letter topic.
    case deadLetter(OutgoingRecord, DeadLetterReason)
    /// It is not due before then.
    case wait(until: Timestamp)

    /// What is to be written, if anything.
    public var record: OutgoingRecord? {
        switch self {
        case .republish(let record), .deadLetter(let record, _): record
        case .wait: nil
        }
    }

    /// The topic that it goes to, if it goes.
    public var targetTopic: String? { record?.target.topic }
}
