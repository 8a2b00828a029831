import RDKafka

/// Notices that a group goes on as if this member had subscribed to other topics.
///
/// A static member that is back within its session gets the assignment that it had, whatever it subscribes to now, and the group does
/// not rebalance (measured: a topic that was added is read by nobody until something else moves the group). It has to leave and join again.
struct SubscriptionWatch {
    /// What a group's members read.
    struct Readers: Sendable {
        /// Whether all members have what the group gave them.
        var isStable: Bool
        /// The topics of which this member has partitions.
        var own: Set<String>
        /// The topics of which anybody has.
        var all: Set<String>

        init(isStable: Bool, own: Set<String>, all: Set<String>) {
            (self.isStable, self.own, self.all) = (isStable, own, all)
        }

        /// What a description says of the member called `instance`.
        init(_ group: RDKafkaGroupDescription, instance: String) {
            isStable = group.state == .stable
            own = Set(group.members.filter { $0.groupInstanceId == instance }.flatMap(\.assignment).map(\.topic))
            all = Set(group.members.flatMap(\.assignment).map(\.topic))
        }
    }

    private let topics: Set<String>
    /// What was amiss when it was looked at last: between the two steps of a cooperative rebalance something always is.
    private var suspicion: Set<String> = []
    /// What joining again did not mend, such as a topic that is not there: it is not tried twice.
    private var accepted: Set<String> = []
    /// When to ask next; `nil` once all is as it should be. Only a start can change a subscription, and asking is not free of risk: in an
    /// outage librdkafka 2.0.2 may end the process over it (confluentinc/librdkafka#4605).
    private var nextLook: ContinuousClock.Instant?

    /// Whether the member is about to join: at first, and after it has left because of what was amiss.
    private var isJoining = true

    private static let interval: Duration = .seconds(1)

    init(_ topics: [String]) { self.topics = Set(topics) }

    /// The member was given partitions, or none. At first, and after it has left, it is soon known whether these are the right ones.
    mutating func joined(_ now: ContinuousClock.Instant = .now) {
        guard isJoining else { return }
        isJoining = false
        nextLook = now + Self.interval
    }

    /// Whether it is time to ask who reads what. Once it is, it is not again before ``look(at:_:)``.
    mutating func isDue(_ now: ContinuousClock.Instant = .now) -> Bool {
        guard let due = nextLook, now >= due else { return false }
        nextLook = nil
        return true
    }

    /// Takes in who reads what. Answers the topics that make it worth joining again.
    mutating func look(at readers: Readers, _ now: ContinuousClock.Instant = .now) -> Set<String> {
        guard readers.isStable else {
            nextLook = now + Self.interval
            return []
        }
        let amiss = topics.subtracting(readers.all).union(readers.own.subtracting(topics))
        defer { suspicion = amiss }
        guard !amiss.isSubset(of: accepted) else { return [] }
        guard amiss == suspicion else {
            nextLook = now + Self.interval
            return []
        }
        accepted = amiss
        isJoining = true
        return amiss
    }
}
