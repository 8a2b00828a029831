import KafkaRetry
import RetryCore

/// A spool's file and all that belongs to it, for one thread. Every call blocks for as long as the disk does.
final class SpoolStore {
    let path: String
    let settings: SpoolSettings
    private let owner: OwnerFile
    private var table: SpoolTable?
    /// All that was found damaged so far.
    private(set) var damage: [SpoolDamage] = []
    /// Transactions that were committed, for measuring.
    private(set) var commits = 0
    /// Whether the disk has failed: what it was told since the last sync it may have forgotten.
    private var isDoubtful = false

    /// Opens or makes the file at `path`. Damage is no error: see ``damage``.
    init(_ path: String, _ settings: SpoolSettings) throws(SpoolError) {
        self.path = try FileSystem.absolute(path)
        self.settings = settings
        // Before anything is made beside what can be no spool.
        _ = try FileSystem.size(self.path)
        owner = try OwnerFile(of: self.path)
        try open()
    }

    private func open() throws(SpoolError) {
        if let finished = try Salvage(path, owner.note).finish() { damage.append(finished) }
        switch try FileExamination.examine(path, note: owner.note) {
        case .empty: try take(makeFile())
        case .sound(let connection, let state): try take(SpoolTable(connection, state))
        case .damaged(let reason): try mend(reason)
        }
    }

    private func mend(_ reason: String) throws(SpoolError) {
        damage.append(try Salvage(path, owner.note).run(reason: reason))
        guard case .sound(let connection, let state) = try FileExamination.examine(path, note: nil) else {
            throw SpoolError(.io, "\(path): the file that was just written cannot be read")
        }
        try take(SpoolTable(connection, state))
    }

    private func take(_ table: SpoolTable) {
        self.table = table
        owner.write(table.state.note)
    }

    private func makeFile() throws(SpoolError) -> SpoolTable {
        let note = owner.note ?? OwnerFile.Note()
        let state = SpoolState(changes: note.changes, next: note.next)
        try FileSystem.create(path)
        let connection = try SQLiteConnection(path)
        try SpoolSchema.configure(connection)
        try SpoolSchema.create(connection, state)
        try connection.checkpoint()
        try FileSystem.syncFolder(of: path)
        return try SpoolTable(connection, state)
    }

    /// Runs `body` with the table. Damage that it meets is mended at once, and thrown all the same: the next call finds a sound file.
    func withTable<Result>(_ body: (SpoolTable) throws(SpoolError) -> Result) throws(SpoolError) -> Result {
        if table == nil { try open() }
        do throws(SpoolError) { return try attempt(body) } catch {
            if error.code == .io { isDoubtful = true }
            guard error.code == .damaged else { throw error }
        }
        // Nothing may hold the damaged file open when it is read anew.
        table = nil
        try mend("it was found damaged in use")
        throw SpoolError(.damaged, "\(path): \(damage.last?.description ?? "")")
    }

    private func attempt<Result>(_ body: (SpoolTable) throws(SpoolError) -> Result) throws(SpoolError) -> Result {
        guard let table else { throw SpoolError(.closed, "\(path) is closed") }
        if isDoubtful { try table.checkpoint() }
        isDoubtful = false
        return try body(table)
    }

    /// Counts a commit, and notes it beside the file.
    func committed(_ table: SpoolTable) {
        commits += 1
        owner.write(table.state.note)
    }

    /// The messages behind `number`.
    func read(after number: Int64, limit: Int, bytes: Int) throws(SpoolError) -> [SpooledMessage] {
        try withTable { (table) throws(SpoolError) in try table.read(after: number, limit: limit, bytes: bytes) }
    }

    /// What it holds.
    func contents() throws(SpoolError) -> SpoolContents {
        try withTable { (table) throws(SpoolError) in
            let state = table.state
            return SpoolContents(messages: Int(clamping: state.messages), bytes: state.bytes, oldest: try table.oldest())
        }
    }

    /// Keys, values, headers and names of topics; 0 while there is no file to be used.
    var bytes: Int64 { table?.state.bytes ?? 0 }

    /// Leaves the file in good order. If the disk does not allow that, it is as after a crash, and nothing is lost.
    func close() {
        guard let table else { return }
        do throws(SpoolError) {
            try table.markClean()
            owner.write(table.state.note)
        } catch {}
        self.table = nil
    }
}
