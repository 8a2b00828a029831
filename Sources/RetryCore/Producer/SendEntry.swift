/// A message that has not ended.
struct SendEntry: Sendable {
    enum State: UInt8, Sendable {
        /// The slot is free.
        case free
        /// In its lane, behind what was sent before.
        case waiting
        /// In librdkafka's hands, until its report.
        case handed
        /// In the hands of a recovery handler.
        case recovering
    }

    /// The place among all that were accepted.
    var sequence: UInt64 = 0
    var lane: Int32 = 0
    var state = State.free
    var origin = SendRequest.Origin.caller
    var isBacklog = false
    /// An earlier copy may stand in the log.
    var isSuspect = false
    /// Its deadline passed while it was handed over: it is given up unless its report says that it was delivered.
    var isExpired = false
    /// It is with a handler that may put it into the spool, so its lane waits for it.
    var holdsLane = false
    /// Why it is given up, while it waits for what was handed over behind it.
    var cause: SendCause?
    /// It was refused together with others: so many go together at most.
    var mostTogether: Int32 = .max
    /// Attempts that failed.
    var attempts: Int32 = 0
    var bytes: Int32 = 0
    var deadline: Int64 = .max
    /// Neighbours in the lane's list, and in the wheel's; -1 for none.
    var next: Int32 = -1
    var previous: Int32 = -1
    var nextInWheel: Int32 = -1
    var previousInWheel: Int32 = -1
}
