/// What a ``ProducerMachine`` wants done.
public struct ProducerWork: Sendable {
    /// A message whose turn it is.
    public struct Send: Hashable, Sendable {
        /// The message.
        public var slot: SendSlot
        /// Its topic's number.
        public var topic: Int
        /// The partition that it goes to; `nil` for any.
        public var partition: Int32?
    }

    /// A message that was given up.
    public struct Recovery: Hashable, Sendable {
        /// The message.
        public var slot: SendSlot
        /// Why.
        public var cause: SendCause
        /// Whether the spool may take it: not if it would come behind what was sent after it.
        public var maySpool: Bool
    }

    /// A message that has ended. Its slot is free.
    public struct End: Hashable, Sendable {
        /// The message.
        public var slot: SendSlot
        /// How it ended.
        public var end: SendEnd
        /// Whether an earlier copy of it may stand in the log beside it.
        public var mayBeTwice: Bool
        /// Where it came from.
        public var origin: SendRequest.Origin
    }

    /// Hand these to librdkafka, in this order → ``ProducerMachine/reported(_:_:now:)``. If it does not take one, it is not to be handed
    /// those behind it either → ``ProducerMachine/notTaken(_:now:)`` for each.
    public var sends: [Send] = []
    /// Ask for recovery, in this order → ``ProducerMachine/recovered(_:_:cause:now:)``. One that may be spooled enters the spool behind
    /// those of its topic before it.
    public var recoveries: [Recovery] = []
    /// Tell whoever sent them.
    public var ends: [End] = []
    /// Take back what librdkafka has not sent: each gets its report. When all of them are told → ``ProducerMachine/tookBack()``.
    public var takesBack = false
    /// Take everything back, what is in flight included, and when all is reported make a new instance
    /// → ``ProducerMachine/instanceMade(now:)``.
    public var renewsInstance = false
    /// Topics whose breaker opened or closed.
    public var breakers: [(topic: Int, isOpen: Bool)] = []

    /// Nothing.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool {
        sends.isEmpty && recoveries.isEmpty && ends.isEmpty && !takesBack && !renewsInstance && breakers.isEmpty
    }
}
