import KafkaRetry

/// Who may append, who waits for room, and what is to be written next: pure state, without a thread and without a disk.
///
/// Room is taken when an append is admitted, so that what is on disk and what is on the way there never exceed the limit together.
struct Admission<Waiter> {
    /// An append that waits no longer: with an error it was not admitted.
    struct Release {
        var waiter: Waiter
        var error: SpoolError?
    }

    private let path: String
    private let limit: Int64
    private let isBlocking: Bool
    /// Bytes on disk, as they were said to be last.
    private var stored: Int64 = 0
    /// Bytes admitted and not yet written.
    private var underWay: Int64 = 0
    private var pending: [SpoolChange] = []
    private var waiting: [(change: SpoolChange, waiter: Waiter)] = []
    private var lastTicket: UInt64 = 0
    private var isClosed = false

    init(_ path: String, _ settings: SpoolSettings) {
        self.path = path
        limit = max(settings.maxBytes, 0)
        isBlocking = settings.whenFull == .block
    }

    /// Appends that wait for room.
    var waitingCount: Int { waiting.count }

    /// A name for a change that is about to come.
    mutating func ticket() -> UInt64 {
        lastTicket &+= 1
        return lastTicket
    }

    /// Takes a change in. Without a `waiter`, `false` says that it has to wait, and is to be brought again with one.
    mutating func enter(_ change: SpoolChange, _ waiter: Waiter? = nil) throws(SpoolError) -> Bool {
        guard !isClosed else { throw closed }
        guard change.bytes <= limit else { throw full("\(change.bytes) bytes are more than it may ever hold, \(limit)") }
        if change.bytes == 0 || (waiting.isEmpty && fits(change)) {
            admit(change)
            return true
        }
        guard isBlocking else { throw full("it holds \(stored + underWay) bytes of \(limit), and \(change.bytes) more do not fit") }
        if let waiter { waiting.append((change, waiter)) }
        return false
    }

    /// What is to be written now.
    mutating func takePending() -> [SpoolChange] {
        defer { pending = [] }
        return pending
    }

    /// Hears that changes were written, or not, and what is on disk now. Lets those in that there is room for, in their order.
    mutating func settle(_ changes: [SpoolChange], stored: Int64) -> [Release] {
        self.stored = stored
        underWay -= changes.reduce(0) { $0 + $1.bytes }
        return letIn()
    }

    /// Gives up waiting, unless the waiting is over. Others may get in now.
    mutating func cancel(_ ticket: UInt64) -> [Release] {
        guard let place = waiting.firstIndex(where: { $0.change.ticket == ticket }) else { return [] }
        let error = full("there was no room before the task that appends was cancelled")
        return [Release(waiter: waiting.remove(at: place).waiter, error: error)] + letIn()
    }

    /// Takes nothing in any more. What was admitted is still to be written.
    mutating func close() -> [Release] {
        isClosed = true
        defer { waiting = [] }
        return waiting.map { Release(waiter: $0.waiter, error: closed) }
    }

    private mutating func letIn() -> [Release] {
        var released: [Release] = []
        while let first = waiting.first, fits(first.change) {
            admit(first.change)
            released.append(Release(waiter: first.waiter))
            waiting.removeFirst()
        }
        return released
    }

    private mutating func admit(_ change: SpoolChange) {
        underWay += change.bytes
        pending.append(change)
    }

    private func fits(_ change: SpoolChange) -> Bool { change.bytes <= limit - min(stored + underWay, limit) }

    private func full(_ what: String) -> SpoolError { SpoolError(.full, "\(path): \(what)") }
    private var closed: SpoolError { SpoolError(.closed, "\(path) is closed") }
}
