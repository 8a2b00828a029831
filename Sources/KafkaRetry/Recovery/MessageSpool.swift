public import RetryCore

/// Messages that wait on disk for their cluster. What it says yes to survives a crash of the process and of the machine.
///
/// A producer is its only user: it reads from the front, removes what was delivered or went elsewhere, and appends behind.
public protocol MessageSpool: Sendable {
    /// Puts messages behind those that are there, and returns once they are on disk. Their order is kept.
    ///
    /// - Returns: their numbers, ascending, in the order of the messages.
    /// - Throws: a ``SpoolError``; none of the messages was accepted then.
    func append(_ messages: [SpoolEntry]) async throws(SpoolError) -> [Int64]

    /// The messages behind number `after`, in order: at most `limit` of them and about `bytes` in all, but one at least if there is one.
    func read(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> [SpooledMessage]

    /// Forgets messages. Those that are not there are no error. On disk when it returns, with what was appended before.
    func remove(_ numbers: [Int64]) async throws(SpoolError)

    /// Notes of messages that stay that an attempt may have written them → ``SpoolEntry/mayBeWritten``. Those that are not there are no
    /// error. A spool that does not keep it may do nothing, as it does by default: whoever reads them then counts them as not written.
    func noteMayBeWritten(_ numbers: [Int64]) async throws(SpoolError)

    /// What it holds.
    func contents() async throws(SpoolError) -> SpoolContents

    /// Gives the file back. Later calls throw ``SpoolError/Code/closed``.
    func close() async
}

extension MessageSpool {
    /// Does nothing.
    public func noteMayBeWritten(_ numbers: [Int64]) async throws(SpoolError) {}
}

/// A message on its way into a spool.
public struct SpoolEntry: Hashable, Sendable {
    /// What is to be sent.
    public var message: ProducerRecord
    /// When the producer accepted it.
    public var accepted: Timestamp
    /// How often sending it has failed.
    public var attempts: Int
    /// Why it was not sent, if it was tried.
    public var failure: String?
    /// Whether one of the attempts may have written it.
    public var mayBeWritten: Bool

    /// A message, with what is known about its failures.
    public init(
        _ message: ProducerRecord, accepted: Timestamp, attempts: Int = 0, failure: String? = nil, mayBeWritten: Bool = false
    ) {
        self.message = message
        self.accepted = accepted
        self.attempts = attempts
        self.failure = failure
        self.mayBeWritten = mayBeWritten
    }
}

/// A message in a spool.
public struct SpooledMessage: Hashable, Sendable {
    /// Its number: the later the message was appended, the higher. Never used twice in one file.
    public var number: Int64
    /// What was appended.
    public var entry: SpoolEntry

    /// The message with that number.
    public init(number: Int64, entry: SpoolEntry) {
        self.number = number
        self.entry = entry
    }
}

/// What a spool holds.
public struct SpoolContents: Hashable, Sendable {
    /// How many messages.
    public var messages: Int
    /// Keys, values, headers and names of topics, in bytes.
    public var bytes: Int64
    /// When the oldest of them was accepted.
    public var oldest: Timestamp?

    /// So many messages.
    public init(messages: Int = 0, bytes: Int64 = 0, oldest: Timestamp? = nil) {
        self.messages = messages
        self.bytes = bytes
        self.oldest = oldest
    }
}
