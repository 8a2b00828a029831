public import RetryCore

/// What is to become of a record.
public struct RecordExpectation: Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        case handled(retries: Int?)
        case deadLettered(DeadLetterReason?, retries: Int?)
        case waiting(retry: Int, delay: Duration?)
    }

    let kind: Kind

    /// A handler is done with it, and that is committed, however many retries it took. The clock goes on to each retry's due time.
    public static let handled = RecordExpectation(kind: .handled(retries: nil))

    /// The same after so many retries, neither more nor fewer; 0 is success at the first handling.
    public static func handled(retries: Int) -> RecordExpectation { RecordExpectation(kind: .handled(retries: retries)) }

    /// It is on its dead letter topic, whatever the reason. The clock goes on to each retry's due time.
    public static let deadLettered = RecordExpectation(kind: .deadLettered(nil, retries: nil))

    /// The same for this reason and, if that is given, after so many retries.
    public static func deadLettered(_ reason: DeadLetterReason, retries: Int? = nil) -> RecordExpectation {
        RecordExpectation(kind: .deadLettered(reason, retries: retries))
    }

    /// It has failed and waits on its retry topic for its n-th retry, counted from 1. With `delay`, that retry is due so long after the
    /// failure, to the millisecond. The clock goes on to the retries before that one, and no further.
    public static func waiting(forRetry retry: Int, delay: Duration? = nil) -> RecordExpectation {
        RecordExpectation(kind: .waiting(retry: retry, delay: delay))
    }

    /// As a failure's text puts it.
    public var description: String {
        func after(_ retries: Int?) -> String { retries.map { " after \(Self.retries($0))" } ?? "" }
        return switch kind {
        case .handled(let retries): "handled" + after(retries)
        case .deadLettered(let reason, let retries): "dead-lettered" + (reason.map { " (\($0.rawValue))" } ?? "") + after(retries)
        case .waiting(let retry, let delay): "waiting for retry \(retry)" + (delay.map { ", due after \($0)" } ?? "")
        }
    }

    static func retries(_ count: Int) -> String { count == 1 ? "1 retry" : "\(count) retries" }
}
