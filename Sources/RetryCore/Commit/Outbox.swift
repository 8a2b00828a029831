/// What the machine has to say: to its shell, and to people.
struct Outbox: Sendable {
    private var actions: [HopAction] = []
    /// How many of them have been handed out.
    private var popped = 0
    var notices: [HopNotice] = []
    var account = HopAccount()
    /// The records with which handlers were done, since they were asked for last; `nil` if nobody asks.
    var handled: [TopicPartition: [Int64]]?

    var isEmpty: Bool { popped == actions.count }

    mutating func ask(_ action: HopAction) { actions.append(action) }

    mutating func popFirst() -> HopAction? {
        guard popped < actions.count else { return nil }
        defer {
            popped += 1
            if popped == actions.count { clear() }
        }
        return actions[popped]
    }

    private mutating func clear() {
        actions.removeAll(keepingCapacity: actions.count <= Self.mostKept)
        popped = 0
    }

    /// The room of so many actions is kept for those to come.
    private static let mostKept = 1_024

    /// Forgets what was asked for a partition that has left.
    mutating func forget(_ place: TopicPartition) {
        actions.removeFirst(popped)
        popped = 0
        actions.removeAll {
            switch $0 {
            case .restore(place, _), .read(place, _, _), .seek(place, _): true
            default: false
            }
        }
    }

    mutating func tell(_ notice: HopNotice) { notices.append(notice) }
}
