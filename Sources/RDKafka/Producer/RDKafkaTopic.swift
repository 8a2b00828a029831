/// A topic as one producer knows it: made once by `RDKafkaProducer.topic(_:)`, so that a record costs no look-up of its name.
public struct RDKafkaTopic: Sendable {
    let handle: TopicHandle

    /// The topic's name.
    public var name: String { handle.name }
}
