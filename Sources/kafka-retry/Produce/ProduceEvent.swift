import KafkaRetry

/// What `produce` says on stdout, one JSON object a line.
enum ProduceEvent: Sendable {
    /// How far it is.
    case progress(ProducerAccount)
    /// The last line.
    case account(ProducerAccount)

    var json: JSONValue {
        switch self {
        case .progress(let account):
            ["event": "progress", "accepted": .integer(Int64(account.read)), "delivered": .integer(Int64(account.delivered))]
        case .account(let account):
            [
                "event": "account", "read": .integer(Int64(account.read)), "replayed": .integer(Int64(account.replayed)),
                "delivered": .integer(Int64(account.delivered)), "dead_lettered": .integer(Int64(account.deadLettered)),
                "spooled": .integer(Int64(account.spooled)), "failed": .integer(Int64(account.failed)),
                "ambiguous": .integer(Int64(account.ambiguous)),
            ]
        }
    }
}
