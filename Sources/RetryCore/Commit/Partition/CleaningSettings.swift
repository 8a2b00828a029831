/// When the head of a retry partition's log is written again at its tail, so that the log behind it can be let go.
public struct CleaningSettings: Hashable, Sendable {
    /// The most records at a time: it bounds the memory and the time that cleaning takes from due records.
    public var chunk = 1_000
    /// A log shorter than this is not worth cleaning.
    public var slack: Int64 = 10_000
    /// The log may span this many times what waits in it: cleaning then writes at most one record for three that came. It writes at most
    /// one byte for two that came as well, so that where those that wait are larger than others the log spans more of them.
    public var span: Int64 = 4
    /// What is due within this time, or within a quarter of the retention, is left alone: it goes by itself.
    public var margin: Duration = .seconds(60)

    /// The defaults of DESIGN.md.
    public init() {}
}
