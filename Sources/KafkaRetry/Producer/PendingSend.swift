import RDKafka
import RetryCore

/// A message that has not ended, as its producer knows it. Small, and one count of references: the message itself stays with those that were
/// submitted with it.
struct PendingSend {
    let submission: PendingSubmission
    /// Which of the submission's messages it is.
    let index: Int
    /// What it takes of the producer's memory.
    let bytes: Int
    /// Where it stands, once it does.
    var partition: Int32 = -1
    var offset: Int64?
    var timestamp: Int64?

    init(submission: PendingSubmission, index: Int, bytes: Int) {
        self.submission = submission
        self.index = index
        self.bytes = bytes
    }

    mutating func stands(_ report: RDKafkaDeliveryReport) {
        (partition, offset, timestamp) = (report.partition, report.offset, report.timestamp)
    }

    /// Key and value, in bytes.
    var contentSize: Int { (submission.records[index].key?.count ?? 0) + (submission.records[index].value?.count ?? 0) }

    var record: ProducerRecord { submission.records[index] }
    /// Its number in the spool.
    var number: Int64? { submission.numbers.isEmpty ? nil : submission.numbers[index] }
}

/// Messages that were submitted together, until the last of them has ended.
final class PendingSubmission {
    /// Those that have ended have left an empty one behind.
    fileprivate(set) var records: [ProducerRecord]
    let reply: SendSubmission.Reply
    let accepted: Timestamp
    /// Whether they take of the producer's memory.
    let isGated: Bool
    /// Their numbers in the spool; empty if they are not there.
    let numbers: [Int64]

    init(_ records: [ProducerRecord], reply: SendSubmission.Reply, accepted: Timestamp, isGated: Bool, numbers: [Int64] = []) {
        self.records = records
        self.reply = reply
        self.accepted = accepted
        self.isGated = isGated
        self.numbers = numbers
    }

    /// One has ended: its memory is free, though others of the submission may wait for long.
    func release(_ index: Int) {
        // What the caller of a batch still holds is his, and would only be copied.
        if case .batch = reply { return }
        records[index] = ProducerRecord(to: records[index].topic, value: nil)
    }
}

/// What is known of a message's failures.
struct SendTrouble {
    /// How often sending it has failed.
    var attempts = 0
    /// The latest answer about it.
    var reason: String?
}

extension ProducerRecord {
    /// What it takes in memory, in bytes: its own, and what keeping it costs.
    var byteCount: Int { RecordSize.bytes(key: key, value: value, headers: headers) }
}
