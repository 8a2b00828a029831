/// What became of the records that a relay saw.
struct RelayAccount: Equatable, Sendable {
    /// Sent back to their source topics.
    var republished: Int64 = 0
    /// Given up.
    var deadLettered: Int64 = 0
    /// On the retry topics and not yet due.
    var waiting: Int64 = 0
    /// Refused by the broker everywhere; tried again at the next assignment.
    var held: Int64 = 0
    /// Of another group or service.
    var passedOver: Int64 = 0
    /// Deleted by the broker before they were read.
    var lost: Int64 = 0
}
