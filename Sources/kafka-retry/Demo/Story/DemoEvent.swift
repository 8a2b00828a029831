import RetryCore

/// What happened to an order.
struct DemoEvent: Equatable {
    enum Kind: Equatable {
        case placed
        /// `problem` came up; retry number `retry` follows after `delay`.
        case failed(problem: String, retry: Int, delay: Duration)
        /// `problem` came up, and no retry is left.
        case exhausted(problem: String)
        /// It is back for retry number `retry`, so many milliseconds after it was due.
        case retried(retry: Int, late: Int64?)
        case handled(retries: Int)
        case deadLettered(reason: String)
    }

    var time: Timestamp
    var order: String
    var kind: Kind
}
