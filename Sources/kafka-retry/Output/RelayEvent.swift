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
                "event": "stopped", "republished": .integer(account.republished), "dead_lettered": .integer(account.deadLettered),
                "waiting": .integer(account.waiting), "held": .integer(account.held), "passed_over": .integer(account.passedOver),
                "lost": .integer(account.lost),
            ]
        }
    }
}
