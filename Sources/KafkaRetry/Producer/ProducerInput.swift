import RDKafka
import RetryCore

/// What comes to a producer's thread.
enum ProducerInput: Sendable {
    /// Messages that were let in, in order.
    case submitted([ProducerRecord], SendSubmission)
    /// Messages from the spool, in order.
    case replayed([SpooledMessage])
    /// The spool could not be read.
    case unread
    /// Messages are on their way into the spool.
    case storing([ProducerRecord], SendSubmission)
    /// Messages that were put into the spool before they were sent, in order; an error if they could not be.
    case stored([ProducerRecord], SendSubmission, Result<[Int64], SpoolError>)
    /// The recovery handlers' answers.
    case recovered([RecoveryAnswer])
    /// How many partitions a topic has, or why it cannot be written to.
    case counted(String, Result<Int32, RDKafkaError>)
    /// The cluster refuses the credentials.
    case refused(RDKafkaError)
    /// No broker answers.
    case unreachable(RDKafkaError)
    /// Nobody waits for it any longer.
    case giveUp
    /// It is being closed: end once all is accounted for, by then at the latest.
    case finish(by: ContinuousClock.Instant)
}

/// What messages that were submitted together have in common.
struct SendSubmission: Sendable {
    enum Reply: Sendable {
        /// Only the account tells.
        case none
        case receipts(OneOrMany<SendReceipt>)
        case batch(SendBatch)

        var batch: SendBatch? { if case .batch(let batch) = self { batch } else { nil } }

        var receipts: OneOrMany<SendReceipt>? { if case .receipts(let receipts) = self { receipts } else { nil } }

        /// Tells that they are on disk in the spool.
        func stored() { if case .receipts(let receipts) = self { for receipt in receipts { receipt.stored() } } }

        /// Tells what became of several of them.
        func end(_ ends: [(index: Int, result: Result<SendOutcome, SendError>)]) {
            switch self {
            case .none: break
            case .receipts(let receipts): for (index, result) in ends { receipts[index].end(result) }
            case .batch(let batch): batch.end([], ends)
            }
        }
    }

    var reply: Reply
    var origin: SendRequest.Origin
    /// When they were accepted.
    var accepted: Timestamp
    /// How long each may take.
    var deadline: Duration
}
