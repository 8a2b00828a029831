/// Which records at the head of one retry partition's log are being written again at its tail, so that the head can be let go.
struct LogCleaning: Sendable {
    /// Chunks bound the memory and the time that cleaning takes from due records.
    static let chunk = 1_000
    /// A log shorter than this is not worth cleaning.
    static let slack: Int64 = 10_000
    /// The log may span this many times what waits in it: cleaning then writes at most one record for three that came.
    static let span: Int64 = 4
    /// What is due within this time is left alone: it goes by itself.
    static let margin: Duration = .seconds(60)

    /// Records on their way to the tail, with their due time once that has passed meanwhile.
    private var claimed: [Int64: Timestamp?] = [:]
    /// Asked for, not yet read.
    private var asked: Set<Int64> = []
    /// The log is not looked at again before.
    var notBefore = Timestamp.distantPast

    var isIdle: Bool { claimed.isEmpty && asked.isEmpty }

    /// Claimed records whose due time has passed.
    var overtaken: [(offset: Int64, due: Timestamp)] { claimed.compactMap { offset, due in due.map { (offset, $0) } } }

    func claims(_ offset: Int64) -> Bool { claimed[offset] != nil }
    mutating func overtake(_ offset: Int64, due: Timestamp) { claimed[offset] = .some(due) }
    mutating func ask(for offsets: [Int64]) { asked = Set(offsets) }
    mutating func forgetAsked() { asked = [] }

    /// Whether a record that was read again was read for cleaning.
    mutating func takeAsked(_ offset: Int64) -> Bool { asked.remove(offset) != nil }
    mutating func claim(_ offset: Int64) { claimed[offset] = .some(nil) }

    /// Lets go of a record; its due time, if that passed while it was claimed.
    mutating func release(_ offset: Int64) -> Timestamp? { claimed.removeValue(forKey: offset) ?? nil }
}
