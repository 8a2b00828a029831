public import KafkaRetry
import RDKafka
import Synchronization

/// A spool in a SQLite file: what it says yes to is on disk, and one process owns it.
///
///     let spool = try await SpoolFile.open("/var/spool/orders.db")
///     for damage in await spool.damage { print(damage) }
///
/// - A method that writes returns after an `fsync`. Appends and removals that come while one is written go into the next
///   transaction together.
/// - `{path}.lock` beside the file is locked as long as the spool is open; it stays, and must not be removed. With `{path}-wal`
///   it belongs to the file.
/// - A file that was found damaged is not written to any more. What can be read is saved into a fresh file, under the same numbers; the
///   damaged one is renamed. At the opening that is no error, and ``damage`` tells of it. Later on, the call that met the
///   damage throws `damaged` with the same words, having done nothing else, and the next one works with what was saved.
/// - Damage is found at the opening, by a check of the whole file (2 s for 1 GiB, measured); when a message is read, by the message's
///   own checksum; and when SQLite meets a page that makes no sense. Commits that are missing at the end of the write-ahead log are
///   missed too, unless the machine crashed as well or the lock file is gone.
/// - Messages are in the file as they are, not encrypted; what was removed is overwritten only when its place is used again. It is made
///   readable for its owner alone.
public actor SpoolFile: MessageSpool {
    /// The file, from the root and without symbolic links.
    public nonisolated let path: String
    /// How much it holds.
    public nonisolated let settings: SpoolSettings

    // Whatever SQLite does may wait for the disk.
    private let executor: BlockingExecutor
    /// The thread that the disk is waited for on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private nonisolated let admission: Mutex<Admission<CheckedContinuation<SpoolError?, Never>>>
    private var outcomes: [UInt64: Result<[Int64], SpoolError>] = [:]
    private var store: SpoolStore?
    /// What was found damaged since it was opened, the opening included, in that order.
    public private(set) var damage: [SpoolDamage] = []
    /// Appends that wait for room.
    nonisolated var waiting: Int { admission.withLock { $0.waitingCount } }
    /// Transactions that it has committed, for measuring.
    private(set) var commits = 0

    /// Opens the file at `path`, or makes it, in a folder that exists.
    ///
    /// - Throws: ``SpoolError``: `owned` at once if another spool, in whatever process, owns it; `newerVersion` and, for a
    ///   SQLite file that is no spool, `unusable`, both without touching it; `diskFull` if what is to be saved of a damaged one
    ///   has no room; `io`.
    public static func open(_ path: String, settings: SpoolSettings = SpoolSettings()) async throws(SpoolError) -> SpoolFile {
        let file = SpoolFile(try FileSystem.absolute(path), settings)
        try await file.start()
        return file
    }

    private init(_ path: String, _ settings: SpoolSettings) {
        self.path = path
        self.settings = settings
        executor = BlockingExecutor("spool")
        admission = Mutex(Admission(path, settings))
    }

    private func start() throws(SpoolError) {
        store = try SpoolStore(path, settings)
        settle([])
    }

    /// See ``MessageSpool``. Messages of one call are accepted all together or not at all. Cancelling its task ends a wait for
    /// room, and nothing else.
    ///
    /// - Throws: `full`, `diskFull`, `damaged`, `io`, `closed`.
    public nonisolated func append(_ messages: [SpoolEntry]) async throws(SpoolError) -> [Int64] {
        var change = SpoolChange(ticket: admission.withLock { $0.ticket() }, kind: .append(messages))
        change.bytes = messages.reduce(0) { $0 + $1.message.spoolBytes }
        try await enter(change)
        return try await outcome(of: change.ticket)
    }

    /// See ``MessageSpool``.
    ///
    /// - Throws: `diskFull`, `damaged`, `io`, `closed`. Some of them may be forgotten then.
    public nonisolated func remove(_ numbers: [Int64]) async throws(SpoolError) {
        let change = SpoolChange(ticket: admission.withLock { $0.ticket() }, kind: .remove(numbers))
        try await enter(change)
        _ = try await outcome(of: change.ticket)
    }

    /// See ``MessageSpool``.
    ///
    /// - Throws: `diskFull`, `damaged`, `io`, `closed`. None of them is noted then.
    public nonisolated func noteMayBeWritten(_ numbers: [Int64]) async throws(SpoolError) {
        let change = SpoolChange(ticket: admission.withLock { $0.ticket() }, kind: .noteMayBeWritten(numbers))
        try await enter(change)
        _ = try await outcome(of: change.ticket)
    }

    /// See ``MessageSpool``.
    ///
    /// - Throws: `damaged`, `io`, `closed`.
    public func read(after: Int64, limit: Int, bytes: Int) throws(SpoolError) -> [SpooledMessage] {
        let store = try opened()
        defer { settle([]) }
        return try store.read(after: after, limit: limit, bytes: bytes)
    }

    /// See ``MessageSpool``. The oldest is the one in front.
    ///
    /// - Throws: `damaged`, `io`, `closed`.
    public func contents() throws(SpoolError) -> SpoolContents {
        let store = try opened()
        defer { settle([]) }
        return try store.contents()
    }

    /// Writes what was admitted, copies the write-ahead log into the file, says there that it was closed in good order, and gives it
    /// back. Appends that wait for room throw `closed`. Closing it again does nothing.
    public func close() {
        release(admission.withLock { $0.close() })
        commitPending()
        store?.close()
        store = nil
    }

    private nonisolated func enter(_ change: SpoolChange) async throws(SpoolError) {
        if try admission.withLock({ (admission) throws(SpoolError) in try admission.enter(change) }) { return }
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SpoolError) {
                    let isIn = try admission.withLock { (admission) throws(SpoolError) in try admission.enter(change, continuation) }
                    if isIn { continuation.resume(returning: nil) }
                } catch {
                    continuation.resume(returning: error)
                }
                // A cancellation before it waited has not found it.
                if Task.isCancelled { cancel(change.ticket) }
            }
        } onCancel: {
            cancel(change.ticket)
        }
        if let refusal { throw refusal }
    }

    private nonisolated func cancel(_ ticket: UInt64) { release(admission.withLock { $0.cancel(ticket) }) }

    private nonisolated func release(_ released: [Admission<CheckedContinuation<SpoolError?, Never>>.Release]) {
        for release in released { release.waiter.resume(returning: release.error) }
    }

    /// Whoever comes first writes for all that came meanwhile; the others find it done.
    private func outcome(of ticket: UInt64) throws(SpoolError) -> [Int64] {
        if outcomes[ticket] == nil { commitPending() }
        guard let outcome = outcomes.removeValue(forKey: ticket) else { throw SpoolError(.closed, "\(path) is closed") }
        return try outcome.get()
    }

    private func commitPending() {
        let changes = admission.withLock { $0.takePending() }
        guard let store, !changes.isEmpty else { return }
        for (change, outcome) in zip(changes, store.perform(changes)) { outcomes[change.ticket] = outcome }
        settle(changes)
    }

    private func settle(_ changes: [SpoolChange]) {
        guard let store else { return }
        (damage, commits) = (store.damage, store.commits)
        release(admission.withLock { $0.settle(changes, stored: store.bytes) })
    }

    private func opened() throws(SpoolError) -> SpoolStore {
        guard let store else { throw SpoolError(.closed, "\(path) is closed") }
        return store
    }
}
