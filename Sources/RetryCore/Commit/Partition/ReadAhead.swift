/// How far ahead, and how much, payloads that were dropped are read again.
struct ReadAhead: Sendable {
    /// So long before they are due, if much fits.
    var time: Duration
    /// The bytes that may still be read in all.
    var room: Int
    /// The bytes that each partition may have here: one whose records are all due soon leaves as much to each of the others.
    var share: Int

    /// How long before they are due little is read as well.
    var urgentTime: Duration { min(time, .seconds(2)) }
}
