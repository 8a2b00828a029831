/// A configuration that no client can be made from: what is wrong, and where it was written.
///
/// It never holds a secret's value.
public struct RDKafkaConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The property at fault; `nil` if properties contradict each other or a file cannot be read.
    public var property: String?
    /// Why, in librdkafka's words where they are its own.
    public var reason: String
    /// The file that it was read from, if it was.
    public var file: String?
    /// The line in that file, from 1.
    public var line: Int?

    /// An error about `property`.
    public init(property: String?, reason: String, file: String? = nil, line: Int? = nil) {
        self.property = property
        self.reason = reason
        self.file = file
        self.line = line
    }

    /// `client.properties:3: acks: Invalid value …`.
    public var description: String {
        let place = file.map { file in line.map { "\(file):\($0)" } ?? file }
        return [place, property, reason].compactMap { $0 }.joined(separator: ": ")
    }
}
