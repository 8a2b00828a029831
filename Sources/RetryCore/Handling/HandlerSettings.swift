/// How the records of a source topic and of its retry topic are handled in this process.
public struct HandlerSettings: Sendable {
    /// The topics' names, the policy, and what is written where.
    public var planner: HopPlanner
    /// The order of first handlings.
    public var order = HandlerOrder.key
    /// How many calls handle records of the source topic at a time.
    public var concurrency = 16
    /// How many calls handle retries at a time. They have slots of their own, so that neither starves the other.
    public var retryConcurrency = 16
    /// The most records of one call.
    public var batchSize = 1
    /// How long a call may take before its records count as failed; `nil` for as long as it likes.
    public var deadline: Duration?
    /// When handling pauses because nearly everything fails; `nil` for never.
    public var breaker: BreakerSettings? = BreakerSettings()

    /// The defaults, for the topics of `planner`.
    public init(_ planner: HopPlanner) { self.planner = planner }

    /// Calls at a time of one kind.
    func slots(isRetry: Bool) -> Int { max(1, isRetry ? retryConcurrency : concurrency) }
}
