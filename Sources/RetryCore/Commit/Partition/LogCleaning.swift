/// Which records at the head of one retry partition's log are being written again at its tail, so that the head can be let go.
struct LogCleaning: Sendable {
    let settings: CleaningSettings
    /// Records on their way to the tail, with their due time once that has passed meanwhile.
    private var claimed: [Int64: Timestamp?] = [:]
    /// Asked for, not yet read.
    private(set) var asked: [Int64] = []
    /// Whether it was as much as may be asked for at a time.
    private(set) var isWholeChunk = false
    /// Where the next chunk of what grew too old begins: behind the chunk before it, whatever of that had to stay.
    private(set) var agedFrom: Int64 = 0
    /// Whether the latest chunk of that reached its end.
    private(set) var isAgedDone = false
    /// Those that the broker refused at the tail.
    private(set) var refused: Set<Int64> = []
    /// What is due within this time is left where it is.
    private(set) var margin = Duration.zero
    /// Whether records behind one that has to stay are left as well.
    private(set) var stopsWhereOneStays = false
    /// Where records stand at the tail that were written again and have not been read there yet: they wait though they were not seen.
    var unread = OffsetRuns()
    /// The log is not looked at again before.
    var notBefore = Timestamp.distantPast
    /// Where what was there already ends when its partition came: whoever had that before has counted it.
    var countsFrom: Int64 = 0
    /// How many bytes were read for the first time, less what those cost that were written again because the log was long.
    private var surplus: Int64 = 0

    init(_ settings: CleaningSettings, unread: OffsetRuns = OffsetRuns()) {
        self.settings = settings
        self.unread = unread
    }

    /// What is worth keeping of it while its partition is away.
    var parked: LogCleaning {
        var kept = LogCleaning(settings, unread: unread)
        (kept.countsFrom, kept.surplus) = (countsFrom, surplus)
        return kept
    }

    /// Whether enough came in that one more record may be written because the log is long. Its span alone would not do: few records that
    /// wait may be larger by far than many that have gone.
    var mayShorten: Bool { surplus >= 0 }

    /// How many records of `size` bytes may be.
    func mayShorten(by size: Int) -> Int { mayShorten ? Int(clamping: 1 + surplus / (price * Int64(max(1, size)))) : 0 }

    /// How many bytes have to be read for each that is written again: what was written is read too.
    private var price: Int64 { max(1, settings.span - 1) }

    var isClaimless: Bool { claimed.isEmpty }
    var isIdle: Bool { claimed.isEmpty && asked.isEmpty }

    /// Claimed records whose due time has passed.
    var overtaken: [(offset: Int64, due: Timestamp)] { claimed.compactMap { offset, due in due.map { (offset, $0) } } }

    /// All that are on their way.
    var claims: some Sequence<Int64> { claimed.keys }

    func claims(_ offset: Int64) -> Bool { claimed[offset] != nil }
    mutating func overtake(_ offset: Int64, due: Timestamp) { claimed[offset] = .some(due) }
    mutating func forgetAsked() { asked = [] }

    mutating func ask(for offsets: [Int64], of chunk: Int, retention: Duration?, untilOneStays: Bool) {
        asked = offsets
        isWholeChunk = offsets.count == chunk
        // What stays goes before it is let go of: at half the retention, or a little later.
        margin = retention.map { min(settings.margin, $0 / 4) } ?? settings.margin
        stopsWhereOneStays = untilOneStays
        isAgedDone = !untilOneStays && !offsets.isEmpty && !isWholeChunk
        if !untilOneStays { agedFrom = isWholeChunk ? (offsets.last ?? 0) + 1 : 0 }
    }

    mutating func claim(_ offset: Int64, size: Int) {
        claimed[offset] = .some(nil)
        // What grows too old is written whatever came in.
        if stopsWhereOneStays { surplus -= price * Int64(size) }
    }

    /// A record was read.
    mutating func count(_ size: Int, at offset: Int64) {
        if offset >= countsFrom { surplus += Int64(size) }
    }

    /// It has to stay where it is. Answers its due time, if that passed while it was claimed.
    mutating func refuse(_ offset: Int64) -> Timestamp? {
        refused.insert(offset)
        return release(offset)
    }

    /// Lets go of a record; its due time, if that passed while it was claimed.
    mutating func release(_ offset: Int64) -> Timestamp? { claimed.removeValue(forKey: offset) ?? nil }
}
