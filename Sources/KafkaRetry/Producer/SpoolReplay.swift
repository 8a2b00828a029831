import RetryCore

/// How far a producer has read its spool.
struct SpoolReplay {
    /// So many messages in memory are enough to read no more.
    static let mostInMemory = 20_000

    private var cursor: Int64 = 0
    private var isReading = false
    /// Not before then, since reading has failed so many times in a row.
    private(set) var readsAt: Int64 = .min
    private(set) var failures = 0
    private(set) var mayHaveMore: Bool
    /// How many of those that stood there at the start have not been taken up.
    private var untaken: Int
    /// Numbers that were appended by this process to lanes that are still the same and have not been read yet, by topic. As runs: they may be
    /// millions.
    private(set) var own: [Int: OffsetRuns] = [:]
    /// The numbers of the first and of the latest that this process appended.
    private var first = Int64.max
    private var last: Int64 = 0

    init(backlog: Int) {
        mayHaveMore = backlog > 0
        untaken = backlog
    }

    /// Whether all that is in the spool is in memory too.
    var isCaughtUp: Bool { !mayHaveMore && !isReading }

    /// A message was appended; `topic` is `nil` if it counts as if it had stood there before.
    mutating func appended(_ number: Int64, topic: Int?) {
        first = min(first, number)
        last = max(last, number)
        mayHaveMore = true
        if let topic { own[topic, default: OffsetRuns()].insert(number) }
    }

    /// The topic's lanes are others now: all of it that is to be read counts as if it had stood there before.
    mutating func replaced(topic: Int) { own[topic] = nil }

    /// Messages up to this one are in memory already.
    mutating func passed(_ number: Int64) {
        first = min(first, number)
        cursor = max(cursor, number)
        last = max(last, number)
    }

    /// Where to read on, if it is to be read now.
    mutating func next(now: Int64) -> Int64? {
        guard mayHaveMore, !isReading, readsAt <= now else { return nil }
        isReading = true
        for topic in own.keys { own[topic]?.removeAll(below: cursor + 1) }
        return cursor
    }

    /// The spool could not be read: it is asked again after a pause, of half a second at first and of half a minute at most.
    mutating func failed(now: Int64) {
        isReading = false
        readsAt = now + min(30_000, 500 << Int64(min(failures, 10)))
        failures += 1
    }

    /// Of messages that were read, those to take up: all that stood there at the start, and of the others those whose append has been
    /// answered. The rest is read again then; what it counts as is not known before.
    mutating func taken(of messages: [SpooledMessage]) -> ArraySlice<SpooledMessage> {
        isReading = false
        failures = 0
        let count = messages.firstIndex { message in
            guard untaken == 0 || isOwn(message.number) else {
                untaken -= 1
                return false
            }
            return message.number > last
        }
        let taken = messages.prefix(count ?? messages.count)
        if let message = taken.last { cursor = max(cursor, message.number) }
        mayHaveMore = count == nil && !messages.isEmpty || cursor < last
        return taken
    }

    /// Whether this process put it there, and counted it then.
    func isOwn(_ number: Int64) -> Bool { number >= first }

    /// Whether a message that was read counts as if it had stood there at the start.
    func isBacklog(_ number: Int64, topic: Int) -> Bool { own[topic].map { !$0.contains(number) } ?? true }
}
