import RDKafka
import RetryCore

/// A message that has not ended, as its producer knows it. Nothing in it is counted by reference: the message itself stays with those that were
/// submitted with it, in a ``SubmissionTable``.
struct PendingSend {
    /// The number of its submission; -1 if the slot is free.
    let submission: Int32
    /// Which of the submission's messages it is.
    let index: Int32
    /// Where it stands, once it does; -1 for what is not known.
    private(set) var partition: Int32 = -1
    private var knownOffset: Int64 = -1
    private var knownTimestamp: Int64 = -1
    /// What it takes of the producer's memory.
    let bytes: Int

    /// What stands in a slot that nothing holds.
    static let free = Self(submission: -1, index: 0, bytes: 0)

    init(submission: Int32, index: Int, bytes: Int) {
        self.submission = submission
        self.index = Int32(index)
        self.bytes = bytes
    }

    var isFree: Bool { submission < 0 }
    var offset: Int64? { knownOffset < 0 ? nil : knownOffset }
    var timestamp: Timestamp? { knownTimestamp < 0 ? nil : Timestamp(milliseconds: knownTimestamp) }

    mutating func stands(_ report: RDKafkaDeliveryReport) {
        (partition, knownOffset, knownTimestamp) = (report.partition, report.offset ?? -1, report.timestamp ?? -1)
    }

    mutating func failed(in partition: Int32) { self.partition = partition }
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

extension [ProducerRecord] {
    /// What each takes in memory, in bytes. They are looked at where they are: copying one counts its references.
    var sizes: [Int] { withUnsafeBufferPointer { records in records.indices.map { records[$0].byteCount } } }
}
