/// When a producer stops handing over a topic's messages because none arrives, and how it finds out that it may go on.
public struct SendBreakerSettings: Hashable, Sendable {
    /// It opens after so many failures in a row that may pass.
    public var failures = 20
    /// It opens when messages are out and none has arrived for so long.
    public var stall: Duration = .seconds(10)
    /// How long it stays open before one message is a probe; doubled each time that a probe fails.
    public var pause: Duration = .milliseconds(500)
    /// The longest that it stays open between probes.
    public var longestPause: Duration = .seconds(10)

    /// Twenty failures in a row or 10 s of silence; pauses of 0.5 s to 10 s.
    public init() {}
}
