import RetryCore

/// What a seed makes of handlers.
struct HandlerPlan {
    var order: HandlerOrder
    var concurrency: Int
    var retryConcurrency: Int
    var batchSize: Int
    var deadline: Duration?
    var breaker: BreakerSettings?
    var mostBacklog: Int
    /// The longest that a handler usually takes, in milliseconds.
    var usual: Int
    /// How many of a hundred handlings fail.
    var failures: Double
    /// Whether some handlings end without writing anything, which only the group's progress shows.
    var hasSilent: Bool
    var keys: Int
    /// Whether some handlers go on after they were asked to end.
    var ignoresCancellation: Bool

    init(_ dice: inout Dice) {
        order = dice.pick(HandlerOrder.allCases)
        concurrency = dice.number(1...8)
        retryConcurrency = dice.number(1...8)
        batchSize = dice.happens(60) ? 1 : dice.number(2...9)
        deadline = dice.happens(30) ? .milliseconds(dice.number(1_000...20_000)) : nil
        breaker = dice.happens(25) ? BreakerSettings() : nil
        mostBacklog = dice.happens(50) ? dice.number(2...40) : 20_000
        usual = dice.pick([1, 4, 50, 2_000])
        failures = dice.pick([5, 30, 60])
        if breaker != nil, dice.happens(50) { failures = 97 }
        hasSilent = dice.happens(40)
        keys = dice.number(1...12)
        ignoresCancellation = dice.happens(30)
    }
}
