/// The slots of one kind of calls: a topic's first handlings, or its retries.
struct HandlerSlots: Sendable {
    let count: Int
    /// Where a call takes many records, those that wait until a slot is free make up the next batch: none goes ahead.
    let isAheadAllowed: Bool
    /// How many calls have not ended, those included that wait for a slot.
    var taken = 0
    var ahead = CallsAhead()
    /// None goes ahead for the time being.
    var isHeldBack = false

    init(_ settings: HandlerSettings, isRetry: Bool) {
        count = settings.slots(isRetry: isRetry)
        isAheadAllowed = settings.batchSize <= 1
    }

    /// How many calls may be handed out now, those included that go ahead of a free slot: these never so many that all that are out could do
    /// more than open the breaker.
    ///
    /// - Parameter failuresLeft: so many failures would open it, less the calls of the topic's other kind.
    func free(failuresLeft: Int?) -> Int {
        let most = isAheadAllowed && !isHeldBack ? min(count + ahead.count, failuresLeft ?? .max) : count
        return max(count, most) - taken
    }
}
