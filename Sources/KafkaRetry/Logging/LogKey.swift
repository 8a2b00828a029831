/// What a value in a log line is. New ones are made with a name in snake case; those here are the ones that this project uses.
public struct LogKey: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The key as it is written.
    public let name: String

    /// A key called `name`.
    public init(_ name: String) { self.name = name }
    /// A key called as the literal.
    public init(stringLiteral name: StaticString) { self.name = "\(name)" }
    /// The key's name.
    public var description: String { name }

    /// A topic's name.
    public static let topic: LogKey = "topic"
    /// Several topics' names.
    public static let topics: LogKey = "topics"
    /// A partition's number.
    public static let partition: LogKey = "partition"
    /// Several partitions, as `Topic[0]`.
    public static let partitions: LogKey = "partitions"
    /// A record's offset.
    public static let offset: LogKey = "offset"
    /// A consumer group.
    public static let group: LogKey = "group"
    /// A process's own name in its group.
    public static let instance: LogKey = "instance"
    /// A listener's name.
    public static let listener: LogKey = "listener"
    /// A cluster's name in the settings.
    public static let cluster: LogKey = "cluster"
    /// A tenant's name in the settings.
    public static let tenant: LogKey = "tenant"
    /// A broker's or server's address.
    public static let broker: LogKey = "broker"
    /// What went wrong.
    public static let error: LogKey = "error"
    /// Why something was done.
    public static let reason: LogKey = "reason"
    /// What the reader can do about it.
    public static let hint: LogKey = "hint"
    /// How many.
    public static let count: LogKey = "count"
    /// How long it took or takes, in milliseconds.
    public static let milliseconds: LogKey = "ms"
    /// A setting's name.
    public static let setting: LogKey = "setting"
    /// The signal that arrived.
    public static let signal: LogKey = "signal"
    /// The program's version.
    public static let version: LogKey = "version"
}
