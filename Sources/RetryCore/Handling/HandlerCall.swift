/// One call of a handler: a record, or a batch of one partition's records in the order of the log.
///
/// It never changes, and is a class because it is handed on from hand to hand: a copy would count the references of all that it has.
public final class HandlerCall: Sendable {
    /// A record, and which of its handlings this is.
    public struct Item: Sendable {
        /// The record as it was read.
        public let record: KafkaRecord
        /// Which retry this is, from 1; 0 for the first handling.
        public let retry: Int64
        /// Whether the policy allows no retry after this one.
        public let isLast: Bool
        /// When it was due in its partition's queue.
        let queuedUntil: Timestamp

        /// When a retry was due; `nil` for a first handling, and for a retry that was due at once.
        public var due: Timestamp? { queuedUntil > .leastDue ? queuedUntil : nil }
    }

    /// Counts calls; names this one in ``HopMachine/handled(_:outcomes:now:)``.
    public let id: Int
    /// Whose handler is called: the topic in which the records stood first.
    public let sourceTopic: KafkaTopic
    /// The partition that they are read from.
    public let place: TopicPartition
    /// One record, or as many as the handler takes at a time.
    public let items: OneOrMany<Item>
    /// How long it may take, from its begin, before it counts as failed.
    public let timeLimit: Duration?
    let epoch: Epoch
    /// The lane that it holds for each of its records.
    let lanes: OneOrMany<Int?>
    /// What its records count against the memory bound.
    let bytes: Int
    /// When all of its records are due.
    private let due: Timestamp

    init(
        id: Int, sourceTopic: KafkaTopic, place: TopicPartition, items: OneOrMany<Item>, lanes: OneOrMany<Int?>, timeLimit: Duration?,
        epoch: Epoch
    ) {
        (self.id, self.sourceTopic, self.place, self.items) = (id, sourceTopic, place, items)
        (self.lanes, self.timeLimit, self.epoch) = (lanes, timeLimit, epoch)
        due = items.reduce(.distantPast) { max($0, $1.queuedUntil) }
        bytes = items.reduce(0) { $0 + $1.record.residentSize }
    }

    /// Whether it may begin. One that was handed out is not due any more if the clock was set back since.
    public func isDue(at now: Timestamp) -> Bool { due <= now }

    /// When it counts as failed if it has not answered.
    ///
    /// - Parameter began: when it began.
    public func deadline(began: Timestamp) -> Timestamp? { timeLimit.map { began.advanced(by: $0) } }
}
