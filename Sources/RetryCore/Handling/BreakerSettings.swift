/// When a listener stops handling a topic's records because nearly all of them fail, and how it finds out that it may go on.
public struct BreakerSettings: Hashable, Sendable {
    /// It opens when this share of the latest outcomes were failures, from 0 to 1.
    public var failureRate = 0.9
    /// How many outcomes are looked at.
    public var window = 100
    /// It never opens before so many outcomes.
    public var minimum = 20
    /// How long it stays open at first; doubled each time that a probe fails.
    public var pause: Duration = .seconds(1)
    /// The longest that it stays open between probes.
    public var longestPause: Duration = .seconds(30)
    /// So many probes in a row must succeed before it closes.
    public var probes = 3

    /// 90 % of the last 100 outcomes; pauses of 1 s to 30 s; three probes.
    public init() {}
}
