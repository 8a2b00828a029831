import RetryCore

/// A message that has not ended, as its producer knows it. One object a message: as a value it was copied at each step, which took a fifth
/// of the producer's time.
final class PendingSend {
    let record: ProducerRecord
    let reply: Reply
    let accepted: Timestamp
    /// What it takes of the producer's memory.
    let bytes: Int
    /// Its number in the spool.
    let number: Int64?
    var attempts: Int
    /// The latest answer about it.
    var reason: String?
    /// Where it stands.
    var partition: Int32 = -1
    var offset: Int64?
    var timestamp: Int64?

    init(
        record: ProducerRecord, reply: Reply, accepted: Timestamp, bytes: Int, number: Int64? = nil, attempts: Int = 0,
        reason: String? = nil
    ) {
        self.record = record
        self.reply = reply
        self.accepted = accepted
        self.bytes = bytes
        self.number = number
        self.attempts = attempts
        self.reason = reason
    }

    enum Reply {
        case none
        case receipt(SendReceipt)
        case batch(SendBatch, index: Int)
    }
}

extension ProducerRecord {
    /// What it takes in memory, in bytes: its own, and what keeping it costs.
    var byteCount: Int { RecordSize.bytes(key: key, value: value, headers: headers) }
}
