/// What the machine wants done. Its shell does it and answers with the input that each names.
public enum HopAction: Sendable {
    /// Read a partition's saved progress once no transaction holds it, and after it the log's bounds, until both answer without error.
    /// This instance's producers have been initialised before, which ends what it left open → ``HopMachine/restored(_:epoch:point:)``.
    case restore(TopicPartition, epoch: Epoch)
    /// Acknowledge an assignment: consume these partitions from these offsets.
    case assign([TopicPartition: Int64])
    /// Go to another offset of a partition that is consumed → ``HopMachine/sought(_:)``. What was fetched before it must not come after it.
    case seek(TopicPartition, offset: Int64)
    /// Acknowledge a revocation: consume these partitions no longer.
    case unassign([TopicPartition])
    /// Read these offsets (sorted) again → ``HopMachine/reread(_:epoch:records:missing:now:)``.
    case read(TopicPartition, epoch: Epoch, offsets: [Int64])
    /// Begin a transaction and write its records → ``HopMachine/produced(_:of:now:)``. The group's metadata of now goes with its offsets. The
    /// other producer's transaction may not have ended yet.
    case produce(HopBatch)
    /// Send the progress into the batch's transaction (at-least-once: commit it) → ``HopMachine/offsetsSent(_:now:)``.
    case sendOffsets([ProgressCommit], batch: HopBatch)
    /// Commit the transaction of one of the two producers → ``HopMachine/committed(_:)``.
    case commit(producer: Int)
    /// Abort the transaction of one of the two producers → ``HopMachine/aborted(_:now:)``.
    case abort(producer: Int)
    /// Call the handler as soon as its topic has a free slot. A call that runs is told of → ``HopMachine/began(_:at:)``, and each is answered
    /// once, whenever it is over → ``HopMachine/handled(_:outcomes:now:)``, or ``HopMachine/withdrawn(_:)`` if it never began.
    case handle(HandlerCall)
    /// Ask a handler that runs to end, or drop a call that has not begun: what it does is of no more use. It is answered all the same.
    case cancel(call: Int)
    /// Drop those of these calls that have not begun: their records stay for later. The others go on.
    case withdraw(calls: [Int])
    /// Fetch nothing from a partition until ``resume(_:)``.
    case pause(TopicPartition)
    /// Fetch from a partition again.
    case resume(TopicPartition)
    /// Make the producers anew and initialise them, until it succeeds → ``HopMachine/recovered()``.
    case recover
}

/// What a person should be told.
public enum HopNotice: Hashable, Sendable {
    /// A partition was restored; `marker` says whether a completion marker was read and used.
    case restored(TopicPartition, lowWater: Int64, done: Int64, marker: Bool, kept: Bool)
    /// Up to this many records were deleted before they could be handled.
    case lost(TopicPartition, count: Int64, from: Int64, to: Int64)
    /// The topic was made anew: what waited in the old one is gone, and reading starts at the new one's start.
    case topicRecreated(TopicPartition, waiting: Int64)
    /// Progress was written by a newer version: this one must not go on.
    case newerProgress(TopicPartition, version: Int)
    /// No broker would take this record in any form: it stays where it is and is tried again at the next assignment.
    case held(TopicPartition, offset: Int64, reason: String)
    /// The broker refused this record as it was.
    case refused(TopicPartition, offset: Int64, target: String, reason: String)
    /// A target topic, or a partition of one, could not be written to; its records wait a little.
    case unavailable(String, count: Int, reason: String)
    /// These partitions did not acknowledge in time, and nothing else was written: they, or all brokers, are away.
    case unanswered([TopicPartition], count: Int, reason: String)
    /// A transaction was aborted; its outcomes go into the next one.
    case aborted(reason: String)
    /// The producers are made anew.
    case recovering(reason: String)
    /// A completion marker was written.
    case markerWritten(TopicPartition, offset: Int64)
    /// The head of the log was let go by writing this many records again at its tail.
    case cleaned(TopicPartition, count: Int)
    /// Records were dead-lettered, the one at `first` among them.
    case deadLettered(TopicPartition, first: Int64, count: Int, reason: DeadLetterReason)
    /// Nearly all handlings of a topic's records fail: they wait.
    case breakerOpened(KafkaTopic)
    /// Probes succeeded: a topic's records are handled again.
    case breakerClosed(KafkaTopic)
    /// A handler did not answer by its deadline; its records count as failed, and it keeps its slot until it ends.
    case handlerOverdue(TopicPartition, offset: Int64)
    /// Outcomes of handlers were dropped, since their partition left first: the records are handled again by whoever has it.
    case outcomesDropped(TopicPartition, count: Int)
}

/// The relay's totals, as its closing account prints them.
public struct HopAccount: Hashable, Sendable {
    /// Written to the source topic.
    public var republished = 0
    /// Written to the dead letter topic.
    public var deadLettered = 0
    /// Of other groups or services.
    public var passedOver = 0
    /// Deleted before they could be handled, at most.
    public var lost: Int64 = 0
    /// Written again at the tail.
    public var cleaned = 0
    /// Completion markers written.
    public var markers = 0
    /// Handled: their handler was done with them.
    public var handled = 0
    /// Failed in a handler and written to the retry topic.
    public var retried = 0

    /// Nothing yet.
    public init() {}
}
