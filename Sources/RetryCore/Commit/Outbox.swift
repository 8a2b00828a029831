/// What the machine has to say: to its shell, and to people.
struct Outbox: Sendable {
    private var actions = Fifo<HopAction>()
    var notices: [HopNotice] = []
    var account = HopAccount()
    /// The records with which handlers were done, since they were asked for last; `nil` if nobody asks.
    var handled: [TopicPartition: [Int64]]?

    var isEmpty: Bool { actions.isEmpty }

    mutating func ask(_ action: HopAction) { actions.append(action) }

    mutating func popFirst() -> HopAction? { actions.popFirst() }

    /// Forgets what was asked for a partition that has left.
    mutating func forget(_ place: TopicPartition) {
        _ = actions.remove {
            switch $0 {
            case .restore(place, _), .read(place, _, _), .seek(place, _): true
            default: false
            }
        }
    }

    mutating func tell(_ notice: HopNotice) { notices.append(notice) }
}
