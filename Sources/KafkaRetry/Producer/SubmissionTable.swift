import RetryCore

/// Messages that were submitted together, until the last of them has ended.
struct PendingSubmission {
    /// Those that have ended may have left an empty one behind.
    fileprivate(set) var records: [ProducerRecord]
    let reply: SendSubmission.Reply
    let accepted: Timestamp
    /// Whether they take of the producer's memory.
    let isGated: Bool
    /// Their numbers in the spool; empty if they are not there.
    let numbers: [Int64]
    /// How many have not ended.
    fileprivate var left: Int

    init(_ records: [ProducerRecord], reply: SendSubmission.Reply, accepted: Timestamp, isGated: Bool, numbers: [Int64] = []) {
        self.records = records
        self.reply = reply
        self.accepted = accepted
        self.isGated = isGated
        self.numbers = numbers
        left = records.count
    }

    /// What stands in the place of one that has ended.
    fileprivate static let ended = Self([], reply: .none, accepted: Timestamp(milliseconds: 0), isGated: false)

    /// One has ended: its memory is free, though others of the submission may wait for long.
    fileprivate mutating func release(_ index: Int) {
        // What the caller of a batch still holds is his, and would only be copied.
        if case .batch = reply { return }
        records[index] = ProducerRecord(to: records[index].topic, value: nil)
    }
}

/// The submissions whose messages have not all ended, by number.
struct SubmissionTable {
    private var submissions: [PendingSubmission] = []
    private var free: [Int32] = []

    /// Takes them up, at least one message, and answers their number.
    mutating func add(_ submission: PendingSubmission) -> Int32 {
        if let number = free.popLast() {
            submissions[Int(number)] = submission
            return number
        }
        submissions.append(submission)
        return Int32(submissions.count - 1)
    }

    subscript(number: Int32) -> PendingSubmission {
        _read { yield submissions[Int(number)] }
    }

    /// Its submission, which has not ended.
    subscript(send: PendingSend) -> PendingSubmission {
        _read { yield submissions[Int(send.submission)] }
    }

    // What is asked for each message reads single fields where they are: copying a record counts its references.

    func isFor(_ topic: String, _ send: PendingSend) -> Bool { self[send].records[Int(send.index)].topic.name == topic }

    /// The partition that it names itself.
    func partition(_ send: PendingSend) -> Int32? { self[send].records[Int(send.index)].partition }

    func hasKey(_ send: PendingSend) -> Bool { self[send].records[Int(send.index)].key != nil }

    func hasHeaders(_ send: PendingSend) -> Bool { !self[send].records[Int(send.index)].headers.isEmpty }

    /// The partition that it goes to if there are so many.
    func partition(_ send: PendingSend, of count: Int32) -> Int32 {
        if let partition = partition(send) { return partition }
        if let key = self[send].records[Int(send.index)].key { return Partitioner.byKey(key, count: count) }
        // A message without a key that waited for the count goes anywhere.
        return Int32.random(in: 0..<max(1, count))
    }

    func record(_ send: PendingSend) -> ProducerRecord { self[send].records[Int(send.index)] }

    /// Key and value, in bytes.
    func contentSize(_ send: PendingSend) -> Int {
        let index = Int(send.index)
        return (self[send].records[index].key?.count ?? 0) + (self[send].records[index].value?.count ?? 0)
    }

    /// The message's number in the spool.
    func spoolNumber(_ send: PendingSend) -> Int64? {
        self[send].numbers.isEmpty ? nil : self[send].numbers[Int(send.index)]
    }

    /// The message has ended; with the last of its submission that is forgotten.
    mutating func ended(_ send: PendingSend) {
        let number = Int(send.submission)
        submissions[number].left -= 1
        if submissions[number].left > 0 { return submissions[number].release(Int(send.index)) }
        submissions[number] = .ended
        free.append(send.submission)
    }
}
