import KafkaRetry

/// The one row that says what a file holds. It changes in the same transactions as the messages.
struct SpoolState: Equatable {
    /// How many commits the file has seen.
    var changes: Int64 = 0
    /// The number that the next message gets.
    var next: Int64 = 1
    /// How many messages there are.
    var messages: Int64 = 0
    /// Keys, values, headers and names of topics.
    var bytes: Int64 = 0
    /// Whether the last owner closed it.
    var isClean = false

    var note: OwnerFile.Note { OwnerFile.Note(changes: changes, next: next, messages: messages) }

    private var checksum: Int64 {
        var checksum = Checksum()
        for number in [changes, next, messages, bytes, isClean ? 1 : 0] { checksum.add(number) }
        return checksum.value
    }

    /// Writes it, within the caller's transaction.
    func write(to connection: SQLiteConnection) throws(SpoolError) { try write(with: connection.prepare(Self.sql)) }

    static let sql = "INSERT OR REPLACE INTO state (id, changes, next, messages, bytes, clean, checksum) VALUES (1, ?, ?, ?, ?, ?, ?)"

    /// Writes it, within the caller's transaction.
    func write(with statement: borrowing SQLiteStatement) throws(SpoolError) {
        var position: Int32 = 1
        for number in [changes, next, messages, bytes, isClean ? 1 : 0, checksum] {
            try statement.bind(position, number)
            position += 1
        }
        try statement.run()
    }

    /// What stands in the file; `nil` if it cannot be believed.
    static func read(from connection: SQLiteConnection) throws(SpoolError) -> SpoolState? {
        let row = try connection.prepare("SELECT changes, next, messages, bytes, clean, checksum FROM state WHERE id = 1")
        guard try row.step(), let changes = row.integer(0), let next = row.integer(1), let messages = row.integer(2),
            let bytes = row.integer(3), let clean = row.integer(4), let checksum = row.integer(5)
        else { return nil }
        let state = SpoolState(changes: changes, next: next, messages: messages, bytes: bytes, isClean: clean == 1)
        // Within bounds that leave room for counting on.
        let counts = [changes, next, messages, bytes]
        return state.checksum == checksum && counts.allSatisfy { (0...1 << 62).contains($0) } ? state : nil
    }
}
