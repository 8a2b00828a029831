import KafkaRetry

/// What `run` says on stdout, one JSON object a line.
enum RelayEvent: Sendable {
    /// Each topic is checked and the group joined.
    case ready(topics: [String])
    /// The last line.
    case stopped(RelayAccount)

    var json: JSONValue {
        switch self {
        case .ready(let topics): ["event": "ready", "topics": .array(topics.map(JSONValue.string))]
        case .stopped(let account):
            [
                "event": "stopped", "republished": .integer(Int64(account.republished)),
                "dead_lettered": .integer(Int64(account.deadLettered)),
                "waiting": .integer(account.waiting), "held": .integer(Int64(account.held)),
                "passed_over": .integer(Int64(account.passedOver)),
                "lost": .integer(account.lost),
            ]
        }
    }
}
