/// A message that a ``ProducerMachine`` is asked to see through. The machine never sees what is in it.
public struct SendRequest: Hashable, Sendable {
    /// Where a message comes from.
    public enum Origin: Hashable, Sendable {
        /// Somebody sends it.
        case caller
        /// It was read from the spool, where it stays until it is delivered. It has no deadline.
        case spool
        /// A dead letter, which recovery sends: it is given up without another recovery.
        case recovery
    }

    /// Where a message goes within its topic.
    public enum Place: Hashable, Sendable {
        /// To any partition, in any order.
        case anywhere
        /// To this partition, in order. Once the number of partitions is known.
        case partition(Int32)
        /// To a partition that is not known before the topic's number of partitions is → ``ProducerMachine/placed(topic:partition:)``.
        case unknown

        /// The partition, once it is known; `nil` for any too.
        var partition: Int32? { if case .partition(let number) = self { number } else { nil } }

        /// How a topic's lanes are told apart.
        var key: Int32 {
            switch self {
            case .partition(let number): max(0, number)
            case .anywhere: -1
            case .unknown: -2
            }
        }
    }

    /// The topic's number, from ``ProducerMachine/topic(_:)``.
    public var topic: Int
    /// Where it goes there.
    public var place: Place
    /// Where it comes from.
    public var origin: Origin
    /// When it is to be given up unless it is in flight, in milliseconds of the machine's clock.
    public var deadline: Int64
    /// What it takes in librdkafka's queue, in bytes.
    public var bytes: Int
    /// Whether it stood in the spool when the producer started, or at a later ``ProducerMachine/repartitioned(topic:partition:)`` or
    /// ``ProducerMachine/placed(topic:partition:)`` of its topic, or was outdated when it was spooled → ``ProducerMachine/isOutdated(_:)``.
    public var isBacklog: Bool
    /// Whether an attempt from before may have written it.
    public var mayBeWritten: Bool

    /// A message of a caller's.
    public init(
        topic: Int, place: Place, origin: Origin = .caller, deadline: Int64 = .max, bytes: Int = 0, isBacklog: Bool = false,
        mayBeWritten: Bool = false
    ) {
        self.topic = topic
        self.place = place
        self.origin = origin
        self.deadline = deadline
        self.bytes = bytes
        self.isBacklog = isBacklog
        self.mayBeWritten = mayBeWritten
    }
}
