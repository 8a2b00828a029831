/// A name that Kafka does not take for a topic.
public struct IllegalTopicName: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public var name: String
    /// What is wrong with it.
    public var reason: String

    /// One line for whoever chose the name.
    public var description: String {
        var name = name
        let shown = name.withUTF8 { MalformedHeader.printable(UnsafeRawBufferPointer($0)) }
        return "topic name \"\(shown)\" \(reason)"
    }
}
