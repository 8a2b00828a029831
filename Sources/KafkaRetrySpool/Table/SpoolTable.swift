import KafkaRetry
import RetryCore

/// The messages in an open file that was found sound. It alone writes there.
///
/// An error leaves the file as the last commit left it. After `damaged` the table is not to be used any further.
final class SpoolTable {
    private(set) var state: SpoolState
    private let connection: SQLiteConnection
    private let insert: SQLiteStatement
    private let select: SQLiteStatement
    private let measure: SQLiteStatement
    private let delete: SQLiteStatement
    private let writeState: SQLiteStatement
    private var writer = RowWriter()
    /// The next number to be given away. A commit that fails uses its numbers up: none ever means two messages.
    private var next: Int64

    /// Takes the file over. Nothing is written yet, so that what is in there can be read on a full disk too.
    init(_ connection: SQLiteConnection, _ state: SpoolState) throws(SpoolError) {
        self.connection = connection
        self.state = state
        next = state.next
        try SpoolSchema.prepareForWriting(connection)
        insert = try connection.prepare(RowWriter.sql)
        select = try connection.prepare("SELECT \(RowReader.columns) FROM message WHERE number > ? ORDER BY number")
        measure = try connection.prepare(
            """
            SELECT count(*), sum(length(CAST(topic AS BLOB)) + ifnull(length(key), 0) + ifnull(length(value), 0) \
            + max(ifnull(length(headers), 1) - 1, 0)) FROM message WHERE number BETWEEN ? AND ?
            """)
        delete = try connection.prepare("DELETE FROM message WHERE number BETWEEN ? AND ?")
        writeState = try connection.prepare(SpoolState.sql)
    }

    /// Runs `body` in a transaction with the state, which is on disk together with the messages once this returns. From the first one
    /// on the file counts as one that was not closed.
    func commit<Result>(_ body: (inout SpoolState) throws(SpoolError) -> Result) throws(SpoolError) -> Result {
        let wasClean = state.isClean
        let result = try commit(isClean: false, body)
        // Into the file itself, so that a write-ahead log that is missing later on is missed. If it cannot be, the next time may do.
        if wasClean { try? connection.checkpoint() }
        return result
    }

    private func commit<Result>(
        isClean: Bool, _ body: (inout SpoolState) throws(SpoolError) -> Result
    ) throws(SpoolError) -> Result {
        var changed = state
        changed.next = next
        changed.isClean = isClean
        let result = try connection.transaction { () throws(SpoolError) in
            let result = try body(&changed)
            changed.changes += 1
            try changed.write(with: writeState)
            return result
        }
        state = changed
        next = max(next, changed.next)
        return result
    }

    /// Puts messages behind those that are there, within a commit.
    func append(_ entries: [SpoolEntry], _ state: inout SpoolState) throws(SpoolError) -> [Int64] {
        guard next < .max - Int64(entries.count) else { throw SpoolError(.full, "\(connection.path): its numbers are used up") }
        var numbers: [Int64] = []
        numbers.reserveCapacity(entries.count)
        for entry in entries {
            let number = next
            next += 1
            try writer.write(entry, number: number, with: insert)
            state.bytes += entry.message.spoolBytes
            numbers.append(number)
        }
        state.next = next
        state.messages += Int64(entries.count)
        return numbers
    }

    /// Puts messages in with the numbers that they have, within a commit. Of two with one number the first stays.
    func restore(_ messages: [SpooledMessage], _ state: inout SpoolState) throws(SpoolError) {
        for message in messages where try measured(message.number, message.number).messages == 0 {
            try writer.write(message.entry, number: message.number, with: insert)
            state.bytes += message.entry.message.spoolBytes
            state.messages += 1
        }
    }

    /// Writes messages anew, within a commit, as ones that may be written.
    func noteMayBeWritten(_ numbers: [Int64], _ state: inout SpoolState) throws(SpoolError) {
        for number in numbers where number > .min {
            guard var message = try read(after: number - 1, limit: 1, bytes: 0).first, message.number == number,
                !message.entry.mayBeWritten
            else { continue }
            message.entry.mayBeWritten = true
            try remove(number...number, &state)
            try restore([message], &state)
        }
    }

    /// Forgets the messages from one number to another, within a commit.
    func remove(_ numbers: ClosedRange<Int64>, _ state: inout SpoolState) throws(SpoolError) {
        let (messages, bytes) = try measured(numbers.lowerBound, numbers.upperBound)
        guard messages > 0 else { return }
        try delete.bind(1, numbers.lowerBound)
        try delete.bind(2, numbers.upperBound)
        try delete.run()
        state.messages = max(state.messages - messages, 0)
        state.bytes = max(state.bytes - bytes, 0)
    }

    private func measured(_ first: Int64, _ last: Int64) throws(SpoolError) -> (messages: Int64, bytes: Int64) {
        defer { measure.reset() }
        try measure.bind(1, first)
        try measure.bind(2, last)
        return try measure.step() ? (measure.integer(0) ?? 0, measure.integer(1) ?? 0) : (0, 0)
    }

    /// The messages behind `number`, up to the first that is not what was written. If that is the first of all it throws `damaged`.
    func read(after number: Int64, limit: Int, bytes: Int) throws(SpoolError) -> [SpooledMessage] {
        defer { select.reset() }
        try select.bind(1, number)
        var messages: [SpooledMessage] = []
        var (last, size) = (number, 0)
        do throws(SpoolError) {
            while messages.count < limit, messages.isEmpty || size < bytes, try select.step() {
                guard let message = RowReader.message(select), message.number > last else {
                    throw SpoolError(.damaged, "a message behind number \(last) is not what was written")
                }
                last = message.number
                size += Int(clamping: message.entry.message.spoolBytes)
                messages.append(message)
            }
        } catch {
            guard error.code == .damaged, !messages.isEmpty else { throw error }
        }
        return messages
    }

    /// When the first message was accepted, by what its row says; it is not checked.
    func oldest() throws(SpoolError) -> Timestamp? {
        let first = try connection.prepare("SELECT accepted FROM message ORDER BY number LIMIT 1")
        return try first.step() ? first.integer(0).map(Timestamp.init(milliseconds:)) : nil
    }

    /// Copies the write-ahead log into the file, and syncs it.
    func checkpoint() throws(SpoolError) { try connection.checkpoint() }

    /// Says in the file that it was closed in good order. The last that is done with it.
    func markClean() throws(SpoolError) {
        if !state.isClean { try commit(isClean: true) { _ in } }
        try connection.checkpoint()
        try connection.mergesLogAtClose()
    }
}
